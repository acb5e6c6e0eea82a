import { load } from './start/load.ts';

/** A chat process: `node adapters/node/chat.ts`, configured by its environment (.env.example). Run as many as you like. */
await load('chat');
