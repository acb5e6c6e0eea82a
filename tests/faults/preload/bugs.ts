import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { modulesWithBugs, withBugs } from '../bugs.ts';

/** Loaded before the product: puts bugs into the text of some of its modules. The product knows nothing of it. */
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const module = modulesWithBugs.find((each) => url.endsWith(each));
    if (module === undefined) return loaded;
    return { ...loaded, source: withBugs(module, Buffer.from(loaded.source as Uint8Array).toString()) };
  },
});

/** Which of them is switched on, a file says. */
const file = process.env['FAULTS_BUG'] ?? '';
const look = () => Object.assign(globalThis, { faultsBug: readFileSync(file, 'utf8') });
look();
setInterval(look, 50).unref();
