import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bugs } from './bugs.ts';
import { run } from './run.ts';
import type { RunOptions } from './run.ts';
import { startServers } from './world.ts';
import type { Servers } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'kingbus-faults-'));
let servers: Servers;

beforeAll(async () => {
  servers = await startServers(folder);
});

afterAll(async () => {
  await servers?.close();
  rmSync(folder, { recursive: true, force: true });
});

const shortRun = (options: Partial<RunOptions>): RunOptions => ({
  seed: 'npm test',
  messages: 3_000,
  messagesEachStorm: 3_000,
  folder,
  servers,
  chats: 2,
  http: false,
  front: false,
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

test('whatever dies, an acknowledged message is in the log, once, for everybody', { timeout: patience }, async () => {
  const report = await run(shortRun({ http: true }));
  expect(report.violations.first).toEqual([]);
  expect(report.ledger).toMatchObject({ sends: 3_000, acknowledgements: 3_000, logged: 3_000 });
  expect(report.faults.total).toBeGreaterThan(0);
});

// A checker that finds nothing may be blind: each of these has to be seen.
test.for([
  ['ack-before-commit', { faults: ['process killed before its commit', 'MariaDB lost at a commit'] }],
  ['no-gap-fill', { faults: ['process killed after its commit'] }],
  // No fault but the one that goes with the last messages of each storm.
  [
    'no-tail-sweep',
    { faults: ['process killed after its commit'], faultPause: 60_000, messagesEachStorm: 300, tailWithin: 3_000 },
  ],
] as const)('the bug %s is caught', { timeout: patience }, async ([bug, options]) => {
  const report = await run(
    shortRun({ bug, hasty: true, messages: 20_000, messagesEachStorm: 10_000, faultPause: 200, ...options }),
  );
  const kinds = report.violations.first.map(({ kind }) => kind);
  expect(bugs[bug]?.violations).toContain(kinds[0]);
});
