import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testSettings } from '../support/servers/settings.ts';
import { deployTwoVersions, rollingRestart } from './roll.ts';
import { underLoad } from './run.ts';
import { startWorld } from './world.ts';
import type { FrontName, World } from './world.ts';

/** So little that a machine on which much else runs answers it all the same; `npm run restarts` has fifty a second. */
const load = { requestsPerSecond: 10, requestsAtOnce: 4, talks: 2, messagesPerSecond: 2, calmMs: 500 };

/** All of them take minutes. */
const rows: Row[] = [
  ['a rolling restart', 'Caddy', 1, 1],
  ['a rolling restart', 'Apache', 1, 1],
  ['a rolling restart', 'Caddy', 2, 2],
  ['a rolling restart', 'Apache', 2, 2],
  ['a deploy with migrations', 'Caddy', 1, 1],
  ['a deploy with migrations', 'Apache', 1, 1],
];

const kinds = { 'a rolling restart': rollingRestart, 'a deploy with migrations': deployTwoVersions };

type Row = [kind: keyof typeof kinds, front: FrontName, http: number, chat: number];

describe.runIf(process.platform === 'linux')('nobody notices', () => {
  let folder: string;
  let world: World | undefined;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kingbus-restarts-'))));
  afterEach(async () => {
    await world?.close();
    rmSync(folder, { recursive: true });
  });

  test.each(rows)(
    '%s through %s, of %i HTTP and %i chat processes',
    async (kind, front, http, chat) => {
      const { databaseUrl, redisUrl } = testSettings();
      const started = await startWorld({ folder, databaseUrl, redisUrl, front, http, chat });
      world = started;
      const roll = kinds[kind];
      const { requests, talks } = await underLoad(started, load, () => roll(started, folder));
      const { failed, wrongTrips } = requests;
      expect({ failed, wrongTrips, wrong: talks.wrong }).toEqual({ failed: [], wrongTrips: [], wrong: [] });
      expect(talks.reconnects).toBeGreaterThanOrEqual(load.talks * 2);
    },
    // Half a minute by itself; where much else runs, each of a dozen starts may take that long.
    900_000,
  );
});
