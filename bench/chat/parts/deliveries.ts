import type { MeasuredProcess } from '../../support/measured-process.ts';
import type { Crowd } from '../../support/crowd.ts';
import type { DialectName, Visitor } from '../../support/dialects.ts';
import { makeAtPace } from '../../support/pace.ts';
import type { Pace } from '../../support/pace.ts';
import { createRooms } from '../../support/population.ts';
import type { PeopledRoom } from '../../support/population.ts';
import type { Stage } from '../../support/stage.ts';
import { decimals, table, times, whole } from '../../support/table.ts';
import type { Say } from '../rivals/say.ts';
import { body, sampleFrame } from '../../support/message.ts';

export interface DeliveriesOptions {
  /** Sockets in the one large room. */
  sockets: number;
  /** Rooms of two. */
  rooms: number;
  /** Measured rounds of each contender, one contender after the other. */
  cycles: number;
  /** Adds a round of the product under V8's profiler, and where its time went. */
  profile: boolean;
}

interface Scene {
  rooms: number;
  size: number;
  /** Connections that send, for the product: one for each of this many members, from all rooms in turn. */
  senders: number;
  paces: { name: string; messages: number; pace: Pace }[];
}

interface Contender {
  name: Name;
  /** The process whose CPU time counts. */
  process: MeasuredProcess;
  /** Has `count` messages sent to the rooms in turn. */
  say: (count: number, pace: Pace) => Promise<void>;
}

/**
 * CPU time of a server process for each message that it delivers to a socket. The product's messages are sent over
 * sockets of another chat process, so that the measured one takes them from Redis, decodes them, sees to their order, and
 * writes them; all that it does meanwhile (sweeps of MariaDB, heartbeats) counts too. The bare loop has its text in hand.
 */
export async function* measureDeliveries(
  stage: Stage,
  { sockets, rooms, cycles, profile }: DeliveriesOptions,
): AsyncGenerator<string> {
  const scenes: [string, Scene][] = [
    [
      `one room of ${whole(sockets)}`,
      {
        rooms: 1,
        size: sockets,
        senders: Math.min(32, sockets),
        paces: [
          { name: 'one by one, 25/s', messages: 50, pace: { burst: 1, everyMs: 40 } },
          { name: 'bursts of 10', messages: 60, pace: { burst: 10, everyMs: 250 } },
        ],
      },
    ],
    [
      `${whole(rooms)} rooms of 2`,
      {
        rooms,
        size: 2,
        senders: rooms,
        paces: [
          { name: 'one by one, 500/s', messages: 2_500, pace: { burst: 1, everyMs: 2 } },
          { name: 'bursts of 100', messages: 4_000, pace: { burst: 100, everyMs: 100 } },
        ],
      },
    ],
  ];
  for (const [name, scene] of scenes) {
    if (scene.rooms * scene.size === 0) continue;
    yield table(
      [name, 'user µs', 'total µs', 'user', 'total', 'deliveries'],
      await play(stage, scene, cycles, profile),
    );
    await stage.clear();
  }
}

async function play(stage: Stage, scene: Scene, cycles: number, profile: boolean): Promise<string[][]> {
  const crowd = await stage.startCrowd();
  const contenders: Contender[] = [
    await enterProduct(stage, crowd, scene),
    await enterBare(stage, crowd, scene),
    await enterBehindRedis(stage, crowd, scene, 'loop', 'bare', 'bench/chat/rivals/bare-redis.ts'),
    await enterBehindRedis(stage, crowd, scene, 'socket.io', 'socket.io', 'bench/chat/rivals/socket-io.ts'),
  ];
  const lines: string[][] = [];
  const profiles: string[] = [];
  const expected = new Map(contenders.map(({ name }) => [name, 0]));
  for (const { name: how, messages, pace } of scene.paces) {
    const sums = new Map<Name, { user: number; system: number }>(
      contenders.map(({ name }) => [name, { user: 0, system: 0 }]),
    );
    // The first cycle only warms up.
    for (let cycle = 0; cycle <= cycles; cycle++) {
      for (const contender of contenders) {
        const total = (expected.get(contender.name) ?? 0) + messages * scene.size;
        expected.set(contender.name, total);
        const before = await contender.process.usage();
        await contender.say(messages, pace);
        await crowd.expect({ group: contender.name, delivered: total });
        const after = await contender.process.usage();
        const sum = sums.get(contender.name);
        if (cycle === 0 || sum === undefined) continue;
        sum.user += after.user - before.user;
        sum.system += after.system - before.system;
      }
    }
    const [product] = contenders;
    if (profile && product !== undefined) {
      const total = (expected.get(product.name) ?? 0) + messages * scene.size;
      expected.set(product.name, total);
      await product.process.startProfile();
      await product.say(messages, pace);
      await crowd.expect({ group: product.name, delivered: total });
      profiles.push(
        how,
        ...(await product.process.stopProfile()).map(
          ({ share, name, place }) => `${(100 * share).toFixed(1).padStart(6)} %  ${name}  ${place}`,
        ),
      );
    }
    const deliveries = messages * scene.size * cycles;
    const bare = sums.get('bare') as { user: number; system: number };
    lines.push([how]);
    for (const [contender, { user, system }] of sums) {
      lines.push([
        `  ${labels[contender]}`,
        decimals(user / deliveries),
        decimals((user + system) / deliveries),
        times(user / bare.user),
        times((user + system) / (bare.user + bare.system)),
        whole(deliveries),
      ]);
    }
  }
  if (profile) console.log(profiles.join('\n'));
  return lines;
}

const labels = {
  kingbus: 'KingBus, through MariaDB and Redis',
  bare: 'a loop of ws.send(string)',
  loop: 'the same loop behind Redis',
  'socket.io': 'Socket.IO 4, through Redis',
};

type Name = keyof typeof labels;

async function enterProduct(stage: Stage, crowd: Crowd, scene: Scene): Promise<Contender> {
  const [measured, other] = [await stage.startChat(), await stage.startChat()];
  const rooms = await createRooms(stage, scene.rooms, scene.size);
  const listeners = rooms.flatMap(({ members }) => members.map(({ token }) => ({ token, room: 0, listens: true })));
  await crowd.open({ group: 'kingbus', dialect: 'kingbus', port: measured.port, visitors: listeners });
  const senders = sendersOf(rooms, scene.senders);
  await crowd.open({
    group: 'senders',
    dialect: 'kingbus',
    port: other.port,
    visitors: senders.map(({ token }) => ({ token, room: 0, listens: false })),
  });
  let sent = 0;
  return {
    name: 'kingbus',
    process: measured,
    say: (count, pace) =>
      makeAtPace(count, pace, (index) => {
        const socket = index % senders.length;
        const room = rooms[index % rooms.length]?.roomId;
        const text = JSON.stringify({ type: 'send', id: `bench-${++sent}`, room, body });
        crowd.send({ group: 'senders', socket, text }).catch(() => {});
      }),
  };
}

/** Members who send, from all rooms in turn. */
function sendersOf(rooms: PeopledRoom[], count: number): { token: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const { members } = rooms[index % rooms.length] as PeopledRoom;
    return members[Math.floor(index / rooms.length) % members.length] as { token: string };
  });
}

async function enterBare(stage: Stage, crowd: Crowd, scene: Scene): Promise<Contender> {
  const process = await stage.start('bench/chat/rivals/bare.ts');
  await crowd.open({ group: 'bare', dialect: 'bare', port: process.port, visitors: strangers(scene) });
  return { name: 'bare', process, say: sayBy(process, scene) };
}

/** Two processes of a rival: one says, the other has the sockets and is measured. */
async function enterBehindRedis(
  stage: Stage,
  crowd: Crowd,
  scene: Scene,
  name: Name,
  dialect: DialectName,
  entry: string,
): Promise<Contender> {
  const environment = { REDIS_URL: stage.redisUrl };
  const [process, other] = [await stage.start(entry, environment), await stage.start(entry, environment)];
  await crowd.open({ group: name, dialect, port: process.port, visitors: strangers(scene) });
  return { name, process, say: sayBy(other, scene) };
}

const strangers = ({ rooms, size }: Scene): Visitor[] =>
  Array.from({ length: rooms * size }, (_, index) => ({ room: index % rooms, listens: true }));

const sayBy = (process: MeasuredProcess, scene: Scene) => (count: number, pace: Pace) =>
  process.call('say', { count, pace, text: sampleFrame, rooms: scene.rooms } satisfies Say);
