import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MariaDb } from '../../local/servers/mariadb.ts';
import type { Redis } from '../../local/servers/redis.ts';
import { bugs } from './bugs.ts';
import { edgeHome } from './edge-world.ts';
import { nodeHome } from './node-world.ts';
import type { RestartableServer } from './restartable-server.ts';
import { run } from './run.ts';
import type { RunOptions } from './run.ts';
import { startFrailMariaDb, startFrailRedis } from './servers.ts';

const folder = mkdtempSync(join(tmpdir(), 'kingbus-faults-'));
let mariadb: RestartableServer<MariaDb>;
let redis: RestartableServer<Redis>;

beforeAll(async () => {
  [mariadb, redis] = await Promise.all([startFrailMariaDb(folder), startFrailRedis(folder)]);
});

afterAll(async () => {
  await Promise.all([mariadb?.kill(), redis?.kill()]);
  rmSync(folder, { recursive: true, force: true });
});

const shortRun = (options: Partial<RunOptions>): RunOptions => ({
  seed: 'npm test',
  messages: 3_000,
  messagesEachStorm: 3_000,
  home: nodeHome({ redis, chats: 2, http: false, front: false }),
  mariadb,
  folder,
  people: { accounts: 10, devicesEach: 2, pairs: 12, crowds: 2 },
  faultPause: 500,
  longOutages: false,
  // A machine that runs other tests too is in no hurry; the long run holds it to 2 s.
  tailWithin: 5_000,
  say: () => {},
  ...options,
});

/** A machine that runs other tests too may take long to start so many processes. */
const patience = 120_000;

const homes: Record<string, () => Partial<RunOptions>> = {
  node: () => ({ home: nodeHome({ redis, chats: 2, http: true, front: false }) }),
  // One process holds everybody here: each of its deaths costs all of them a new connection.
  edge: () => ({ home: edgeHome, messages: 1_500, messagesEachStorm: 1_500, faultPause: 2_500 }),
};

test.for(Object.entries(homes))(
  'whatever dies, an acknowledged message is in the log, once, for everybody: %s',
  { timeout: patience },
  async ([, options]) => {
    const wanted = shortRun(options());
    const report = await run(wanted);
    expect(report.violations.first).toEqual([]);
    const all = wanted.messages;
    expect(report.ledger).toMatchObject({ sends: all, acknowledgements: all, logged: all });
    expect(report.faults.total).toBeGreaterThan(0);
  },
);

// A checker that finds nothing may be blind: each of these has to be seen.
test.for([
  ['ack-before-commit', { faults: ['process killed before its commit', 'MariaDB lost at a commit'] }],
  ['no-gap-fill', { faults: ['process killed after its commit'] }],
  // No fault but the one that goes with the last messages of each storm.
  [
    'no-tail-sweep',
    { faults: ['process killed after its commit'], faultPause: 60_000, messagesEachStorm: 300, tailWithin: 3_000 },
  ],
] as const)('the bug %s is caught on Node', { timeout: patience }, async ([bug, options]) => {
  const report = await run(
    shortRun({ bug, hasty: true, messages: 20_000, messagesEachStorm: 10_000, faultPause: 200, ...options }),
  );
  const kinds = report.violations.first.map(({ kind }) => kind);
  expect(bugs[bug]?.violations).toContain(kinds[0]);
});

test.for([
  ['ack-before-commit', { faults: ['MariaDB lost at a commit'], faultPause: 1_000 }],
  // No fault but the one that goes with the last messages of each storm.
  ['no-guard', { faults: ['room ended after its commit'], faultPause: 60_000, messagesEachStorm: 100 }],
] as const)('the bug %s is caught on the edge', { timeout: patience }, async ([bug, options]) => {
  const report = await run(shortRun({ home: edgeHome, bug, messages: 10_000, messagesEachStorm: 600, ...options }));
  const kinds = report.violations.first.map(({ kind }) => kind);
  expect(kinds.filter((kind) => bugs[bug]?.violations.includes(kind))).not.toEqual([]);
});
