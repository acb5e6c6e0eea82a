import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testSettings } from '../support/servers/settings.ts';
import { underLoad } from './run.ts';
import { startWorld } from './world.ts';
import type { FrontName } from './world.ts';

/** So few that a machine on which much else runs answers them all the same; `npm run restarts` has fifty a second. */
const load = { requestsPerSecond: 10, talks: 2, messagesPerSecond: 2, calmMs: 500 };

describe.runIf(process.platform === 'linux')('a rolling restart', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kingbus-restarts-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each<[front: FrontName, processes: number]>([
    ['Caddy', 1],
    ['Caddy', 2],
    ['Apache', 1],
    ['Apache', 2],
  ])(
    'through %s, of %i processes of each kind, loses nothing',
    async (front, processes) => {
      const { databaseUrl, redisUrl } = testSettings();
      const world = await startWorld({ folder, databaseUrl, redisUrl, front, http: processes, chat: processes });
      try {
        const { requests, talks } = await underLoad(world, load, async () => {
          for (const process of world.processes) await process.restart();
        });
        expect({ failed: requests.failed, wrongTrips: requests.wrongTrips, wrong: talks.wrong }).toEqual({
          failed: [],
          wrongTrips: [],
          wrong: [],
        });
        expect(talks.reconnects).toBeGreaterThanOrEqual(load.talks * 2);
      } finally {
        await world.close();
      }
    },
    240_000,
  );
});
