import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { bugs } from './bugs.ts';
import type { BugName } from './bugs.ts';
import { startFrailDatabase } from './databases.ts';
import type { DatabaseKind, FrailDatabase } from './databases.ts';
import { run } from './run.ts';
import type { RunOptions } from './run.ts';
import { startFrailRedis } from './servers.ts';
import type { FrailRedis, RedisKind } from './servers.ts';
import { everywhere } from '../support/everywhere.ts';
import type { Home, World } from './world.ts';

/** How long a run may take, in milliseconds. A machine that runs other tests too is slow to start so many processes. */
export const patience = 300_000;

/** Twice as much is sent there. */
const share = everywhere ? 2 : 1;

interface Frail {
  folder: string;
  mariadb: FrailDatabase;
  /** A world of this home; it ends with the file. */
  world(withBugs: boolean): Promise<World>;
}

/** Servers of a test file that may be killed, and the worlds that stand on them. */
export function useFrailServers(
  home: (redis: FrailRedis) => Home,
  kinds: { redis?: RedisKind; database?: DatabaseKind } = {},
): { readonly current: Frail } {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-faults-'));
  const started: { current?: Frail; redis?: FrailRedis } = {};
  const worlds = new Map<boolean, Promise<World>>();
  beforeAll(async () => {
    const [mariadb, redis] = await Promise.all([
      startFrailDatabase(folder, kinds.database),
      startFrailRedis(folder, kinds.redis),
    ]);
    const start = (withBugs: boolean) => home(redis)({ mariadb, folder, longOutages: false, withBugs });
    started.redis = redis;
    started.current = {
      folder,
      mariadb,
      async world(withBugs) {
        // What stands idle would take from the other one.
        if (!worlds.has(withBugs)) {
          for (const each of worlds.values()) await (await each).close();
          worlds.clear();
          worlds.set(withBugs, start(withBugs));
        }
        return worlds.get(withBugs) as Promise<World>;
      },
    };
  }, patience);
  afterAll(async () => {
    for (const each of worlds.values()) await (await each).close();
    await Promise.all([started.current?.mariadb.kill(), started.redis?.kill()]);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get current() {
      if (started.current === undefined) throw new Error('the servers have not started');
      return started.current;
    },
  };
}

const shortRun: Omit<RunOptions, 'messages' | 'messagesEachStorm'> = {
  seed: 'npm test',
  people: { accounts: 10, devicesEach: 2, pairs: 12, crowds: 2 },
  faultPause: 500,
  faultEvery: 30,
  suspendEvery: 250,
  zeal: 3,
  // A machine that runs other tests too is in no hurry; the long run holds it to 2 s.
  tailWithin: 5_000,
  say() {},
};

/** Whatever dies, every promise is kept. */
export async function expectUnharmed(
  frail: Frail,
  { messages, ...options }: Partial<RunOptions> & { messages: number; signal: AbortSignal },
): Promise<void> {
  const all = messages * share;
  const world = await frail.world(false);
  const report = await run(world, { ...shortRun, messages: all, messagesEachStorm: all, ...options });
  expect(report.violations.first).toEqual([]);
  const { sends, acknowledgements, refusals, logged } = report.ledger;
  expect(sends).toBe(all);
  expect(acknowledgements + refusals).toBe(all);
  expect(logged).toBe(acknowledgements);
  expect(report.faults.total).toBeGreaterThan(0);
}

/** A checker that finds nothing may be blind: a bug that is switched on has to be seen, whatever else it leads to before. */
export async function expectCaught(
  frail: Frail,
  bug: BugName,
  options: Partial<RunOptions> & { signal: AbortSignal },
): Promise<void> {
  const until = bugs[bug].violations;
  const report = await run(await frail.world(true), {
    ...shortRun,
    bug,
    until,
    messages: 20_000,
    messagesEachStorm: 1_500,
    suspendEvery: 0,
    presence: false,
    faultPause: 200,
    ...options,
  });
  expect(report.violations.kinds).toSatisfy((kinds: string[]) => until.some((kind) => kinds.includes(kind)));
}
