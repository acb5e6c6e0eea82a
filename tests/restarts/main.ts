// `npm run restarts`: restarts processes one after another under load, and deploys other versions with their migrations, through each
// front, with one and with two processes of each kind, and prints what their users noticed. Beside other work on the machine the pauses grow; nothing may be lost all the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onStopSignals } from '../../local/signals.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import { startRedis } from '../../local/servers/redis.ts';
import { requireTools } from '../../local/tools/require.ts';
import { deployTwoVersions, rollingRestart } from './roll.ts';
import { underLoad } from './run.ts';
import { startWorld } from './world.ts';
import type { FrontName, World } from './world.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '50' },
    talks: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '2' },
    kind: { type: 'string', default: 'restart,deploy' },
    front: { type: 'string', default: 'Caddy,Apache' },
    processes: { type: 'string', default: '1,2' },
  },
});

const say = (line: string) => void process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'kingbus-restarts-'));
// The servers end with this process, whatever ends it.
onStopSignals({ first: () => process.exit(130), again: () => process.exit(130) });
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

await requireTools(['mariadb', 'redis', 'caddy', 'apache'], say);
const [mariadb, redis] = await Promise.all([
  startMariaDb({ folder: join(folder, 'mariadb') }),
  startRedis({ folder: join(folder, 'redis') }),
]);
const load = {
  requestsPerSecond: Number(values.rate),
  // They come whether others wait or not.
  requestsAtOnce: Infinity,
  talks: Number(values.talks),
  messagesPerSecond: 5,
  calmMs: 2_000,
};
const kinds: Record<string, (world: World) => Promise<void>> = {
  async restart(world) {
    for (let round = 0; round < Number(values.rounds); round++) await rollingRestart(world);
  },
  deploy: (world) => deployTwoVersions(world, mkdtempSync(join(folder, 'versions-'))),
};
say(`${load.requestsPerSecond} requests/s, ${load.talks} talks, ${values.rounds} rounds of restarts`);
say('| kind | front | processes | requests | failed | slowest | messages | lost, doubled, moved | slowest |');
say('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
for (const kind of values.kind.split(',')) {
  for (const front of values.front.split(',') as FrontName[]) {
    for (const processes of values.processes.split(',').map(Number)) await row(kind, front, processes);
  }
}
await Promise.all([mariadb.stop(), redis.stop()]);
process.exit();

async function row(kind: string, front: FrontName, processes: number): Promise<void> {
  const roll = kinds[kind];
  if (roll === undefined) throw new Error(`there is no ${kind}: ${Object.keys(kinds).join(', ')}`);
  const servers = { databaseUrl: mariadb.url, redisUrl: redis.url };
  const world = await startWorld({ folder, ...servers, front, http: processes, chat: processes });
  const { requests, talks } = await underLoad(world, load, () => roll(world));
  await world.close();
  const failed = requests.failed.length + requests.wrongTrips.length;
  const cells = [kind, front, processes, requests.requests, failed, inSeconds(requests.slowest)];
  say(`| ${[...cells, talks.messages, talks.wrong.length, inSeconds(talks.slowest)].join(' | ')} |`);
  for (const line of [...requests.failed, ...requests.wrongTrips, ...talks.wrong].slice(0, 10)) say(line);
  if (failed + talks.wrong.length > 0) process.exitCode = 1;
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
