// `npm run faults -- --messages 1000000`: sends messages through real processes while it kills, freezes and cuts what it
// can, and then says whether one was lost, doubled or moved. `--seed` repeats a run's faults, `--bug` puts one in.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onStopSignals } from '../../local/signals.ts';
import { requireTools } from '../../local/tools/require.ts';
import { describe } from './report.ts';
import { run } from './run.ts';
import { startServers } from './world.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    storm: { type: 'string', default: '10000' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    faults: { type: 'string' },
    pause: { type: 'string', default: '700' },
    bug: { type: 'string' },
    chats: { type: 'string', default: '3' },
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

const say = (line: string) => void process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'kingbus-faults-'));
// The servers end with this process, whatever ends it.
onStopSignals({ first: () => process.exit(130), again: () => process.exit(130) });
process.on('exit', () => {
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
});

await requireTools(['mariadb', 'redis', 'caddy'], say);
say(`seed ${values.seed}, in ${folder}`);
const servers = await startServers(folder);
const report = await run({
  servers,
  longOutages: true,
  tailWithin: 2_000,
  seed: values.seed,
  messages: Number(values.messages),
  messagesEachStorm: Number(values.storm),
  folder,
  chats: Number(values.chats),
  http: true,
  front: true,
  people: { accounts: 16, devicesEach: 2, pairs: 24, crowds: 4 },
  faultPause: Number(values.pause),
  ...(values.faults !== undefined && { faults: values.faults.split(',').map((each) => each.trim()) }),
  ...(values.bug !== undefined && { bug: values.bug }),
  say: (line) => {
    if (values.verbose || !/^(?:fault|tail)\b/u.test(line)) say(line);
  },
});
const given = process.argv.slice(2).filter((each, index, all) => each !== '--seed' && all[index - 1] !== '--seed');
say(describe(report, `npm run faults -- ${[...given, '--seed', report.seed].join(' ')}`));
process.exitCode = report.violations.any ? 1 : 0;
await servers.close();
