import { importQuickly } from './start/quick-imports.ts';

/** HTTP and chat in one process, for a small installation: `node adapters/node/single.ts`. It needs no Redis. */
importQuickly();
await import('./start/single.ts');
