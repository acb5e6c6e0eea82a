import { registerHooks } from 'node:module';
import { bugs } from '../bugs.ts';

/** Loaded before the product: puts one bug into the text of one module. The product knows nothing of it. */
const name = process.env['FAULTS_BUG'] ?? '';
const bug = bugs[name];
if (bug === undefined) throw new Error(`there is no bug named ${name}`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(bug.module)) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    if (source.split(bug.find).length !== 2) throw new Error(`the bug "${name}" fits ${bug.module} no longer`);
    return { ...loaded, source: source.replace(bug.find, () => bug.put) };
  },
});
