import { load } from './start/load.ts';

/** HTTP and chat in one process, for a small installation: `node adapters/node/single.ts`. It needs no Redis. */
await load('single');
