import { load } from './start/load.ts';

/** The HTTP process: `node adapters/node/http.ts`, configured by its environment (.env.example). */
await load('http');
