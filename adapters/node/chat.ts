import { importQuickly } from './start/quick-imports.ts';

/** A chat process: `node adapters/node/chat.ts`, configured by its environment (.env.example). Run as many as you like. */
importQuickly();
await import('./start/chat.ts');
