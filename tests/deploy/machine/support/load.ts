import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { underLoad } from '../../../restarts/run.ts';
import type { RunOptions } from '../../../restarts/run.ts';

/** What its first argument says, in JSON. */
export interface Load {
  origin: string;
  databaseUrl: string;
  options: RunOptions;
}

// Uses a product as people do, until its input ends: prints `under way` once it does, and at the end a `Report`.
const { options, ...product } = JSON.parse(process.argv[2] ?? '') as Load;
const report = await underLoad(product, options, async () => {
  process.stdout.write('under way\n');
  await text(process.stdin);
});
process.stdout.write(JSON.stringify(report));
if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
process.exit();
