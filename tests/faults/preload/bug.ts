import { registerHooks } from 'node:module';
import { bugNamed, withBug } from '../bugs.ts';

/** Loaded before the product: puts one bug into the text of one module. The product knows nothing of it. */
const bug = bugNamed(process.env['FAULTS_BUG'] ?? '');

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(bug.module)) return loaded;
    return { ...loaded, source: withBug(bug, Buffer.from(loaded.source as Uint8Array).toString()) };
  },
});
