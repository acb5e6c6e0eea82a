import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { MariaDb } from '../../local/servers/mariadb.ts';
import type { Redis } from '../../local/servers/redis.ts';
import { bugs } from './bugs.ts';
import { nodeHome } from './node-world.ts';
import type { RestartableServer } from './restartable-server.ts';
import { run } from './run.ts';
import type { RunOptions } from './run.ts';
import { startFrailMariaDb, startFrailRedis } from './servers.ts';

/** How long a run may take, in milliseconds. A machine that runs other tests too is slow to start so many processes. */
export const patience = 300_000;

/** Twice as much is sent where every test runs in every home. */
const share = process.env['KINGBUS_TEST_ALL'] === '1' ? 2 : 1;

interface Frail {
  folder: string;
  mariadb: RestartableServer<MariaDb>;
  redis: RestartableServer<Redis>;
}

/** Servers of a test file that may be killed. */
export function useFrailServers(): { readonly current: Frail } {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-faults-'));
  const started: { current?: Frail } = {};
  beforeAll(async () => {
    const [mariadb, redis] = await Promise.all([startFrailMariaDb(folder), startFrailRedis(folder)]);
    started.current = { folder, mariadb, redis };
  });
  afterAll(async () => {
    await Promise.all([started.current?.mariadb.kill(), started.current?.redis.kill()]);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get current() {
      if (started.current === undefined) throw new Error('the servers have not started');
      return started.current;
    },
  };
}

function shortRun({ folder, mariadb, redis }: Frail, options: Partial<RunOptions>): RunOptions {
  return {
    seed: 'npm test',
    messages: 1_500,
    messagesEachStorm: 1_500,
    home: nodeHome({ redis, chats: 2, http: false, front: false }),
    mariadb,
    folder,
    people: { accounts: 10, devicesEach: 2, pairs: 12, crowds: 2 },
    faultPause: 500,
    faultEvery: 30,
    longOutages: false,
    // A machine that runs other tests too is in no hurry; the long run holds it to 2 s.
    tailWithin: 5_000,
    say: () => {},
    ...options,
  };
}

/** Whatever dies, an acknowledged message is in the log, once, for everybody. */
export async function expectUnharmed(
  frail: Frail,
  { messages, ...options }: Partial<RunOptions> & { messages: number; signal: AbortSignal },
): Promise<void> {
  const all = messages * share;
  const report = await run(shortRun(frail, { messages: all, messagesEachStorm: all, ...options }));
  expect(report.violations.first).toEqual([]);
  expect(report.ledger).toMatchObject({ sends: all, acknowledgements: all, logged: all });
  expect(report.faults.total).toBeGreaterThan(0);
}

/** A checker that finds nothing may be blind: a bug that is put in has to be seen. */
export async function expectCaught(
  frail: Frail,
  bug: string,
  options: Partial<RunOptions> & { signal: AbortSignal },
): Promise<void> {
  const report = await run(shortRun(frail, { bug, messages: 20_000, faultPause: 200, ...options }));
  const kinds = report.violations.first.map(({ kind }) => kind);
  expect(kinds.filter((kind) => bugs[bug]?.violations.includes(kind))).not.toEqual([]);
}
