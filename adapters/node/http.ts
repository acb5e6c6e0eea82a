import { importQuickly } from './start/quick-imports.ts';

/** The HTTP process: `node adapters/node/http.ts`, configured by its environment (.env.example). */
importQuickly();
await import('./start/http.ts');
