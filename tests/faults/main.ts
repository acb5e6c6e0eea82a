// `npm run faults -- --messages 1000000`: sends messages through real processes while it kills, freezes and cuts what it
// can, and then says whether one was lost, doubled or moved. `--home edge` has it run in workerd, `--seed` repeats a run's
// faults, `--bug` puts one in.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onStopSignals } from '../../local/signals.ts';
import { requireTools } from '../../local/tools/require.ts';
import { startFrailDatabase } from './databases.ts';
import type { DatabaseKind } from './databases.ts';
import { edgeHome } from './edge-world.ts';
import { nodeHome } from './node-world.ts';
import { describe } from './report.ts';
import { run } from './run.ts';
import type { RedisKind } from './servers.ts';
import { startFrailRedis } from './servers.ts';
import type { Home } from './world.ts';

const { values } = parseArgs({
  options: {
    home: { type: 'string', default: 'node' },
    redis: { type: 'string', default: 'server' },
    database: { type: 'string', default: 'server' },
    messages: { type: 'string', default: '20000' },
    storm: { type: 'string', default: '10000' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    faults: { type: 'string' },
    pause: { type: 'string' },
    bug: { type: 'string' },
    actions: { type: 'string' },
    zeal: { type: 'string', default: '1' },
    suspensions: { type: 'string', default: '500' },
    presence: { type: 'string', default: '6' },
    'no-presence': { type: 'boolean', default: false },
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

interface Setting {
  home: Home;
  /** In milliseconds: see RunOptions. */
  tailWithin: number;
  faultPause: number;
  close: () => Promise<void>;
}

const settings: Record<string, () => Promise<Setting>> = {
  async node() {
    await requireTools(['mariadb', 'redis', 'caddy'], say);
    const redis = await startFrailRedis(folder, values.redis as RedisKind);
    const home = nodeHome({
      redis,
      chats: Number(values.chats),
      front: true,
      presenceSeconds: Number(values.presence),
    });
    return { home, tailWithin: 2_000, faultPause: 700, close: async () => void (await redis.kill()) };
  },
  async edge() {
    if (values.database !== 'server') throw new Error('Hyperdrive reaches one place: a cluster is for Node');
    await requireTools(['mariadb'], say);
    // A room looks two seconds after it was written to whether everyone was told, and not all of the time.
    // There is one process, and it takes most of the blows.
    return { home: edgeHome, tailWithin: 4_000, faultPause: 2_000, close: () => Promise.resolve() };
  },
};

const prepare = settings[values.home];
if (prepare === undefined)
  throw new Error(`there is no home named ${values.home}: ${Object.keys(settings).join(', ')}`);
say(`seed ${values.seed}, in ${folder}`);
const { home, tailWithin, faultPause, close } = await prepare();
if (values.database === 'galera') await requireTools(['galera'], say);
const mariadb = await startFrailDatabase(folder, values.database as DatabaseKind);
const world = await home({ mariadb, folder, longOutages: true, withBugs: values.bug !== undefined });
const report = await run(world, {
  tailWithin,
  seed: values.seed,
  messages: Number(values.messages),
  messagesEachStorm: Number(values.storm),
  people: { accounts: 16, devicesEach: 2, pairs: 24, crowds: 4 },
  faultPause: values.pause === undefined ? faultPause : Number(values.pause),
  ...(values.faults !== undefined && { faults: values.faults.split(',').map((each) => each.trim()) }),
  zeal: Number(values.zeal),
  presence: !values['no-presence'],
  suspendEvery: Number(values.suspensions),
  ...(values.actions !== undefined && { actions: values.actions.split(',').map((each) => each.trim()) }),
  ...(values.bug !== undefined && { bug: values.bug }),
  say: (line) => {
    if (values.verbose || !/^(?:fault|tail)\b/u.test(line)) say(line);
  },
});
const given = process.argv.slice(2).filter((each, index, all) => each !== '--seed' && all[index - 1] !== '--seed');
say(describe(report, `npm run faults -- ${[...given, '--seed', report.seed].join(' ')}`));
process.exitCode = report.violations.any ? 1 : 0;
await world.close();
await Promise.all([mariadb.kill(), close()]);
