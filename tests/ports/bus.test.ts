import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createMemoryBus } from '../../adapters/memory/bus.ts';
import { createRedisBus } from '../../adapters/redis/bus.ts';
import { addressOf, openCluster } from '../../adapters/redis/connection.ts';
import { createRedisLimiter } from '../../adapters/redis/limiter.ts';
import { createRedisPresence } from '../../adapters/redis/presence.ts';
import { createShardedPubSub } from '../../adapters/redis/sharded-pub-sub.ts';
import type { Bus, Log } from '../../functions/ports.ts';
import { encodeEphemeral } from '../../functions/events/room-hints.ts';
import { roomTopic } from '../../functions/events/topics.ts';
import type { AccountId } from '../../schema/ids.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import { everywhere } from '../support/everywhere.ts';
import { EdgeBus } from '../support/servers/edge-bus.ts';
import { startEdgePorts } from '../support/servers/edge-ports.ts';
import type { EdgePorts } from '../support/servers/edge-ports.ts';
import { ManyRedis, startCluster, startSentinel } from '../support/servers/many-redis.ts';
import { startProductionRedis } from '../support/servers/production-redis.ts';
import type { ProductionRedis } from '../support/servers/production-redis.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** Both ends of a bus: the same one twice where it is within a process. */
interface Ends {
  here: Bus;
  there: Bus;
  /** A topic that nobody has used; any name will do, unless this says otherwise. */
  newTopic?: () => Promise<string>;
  close(): void;
}

/** Every implementation, and whether its two ends are two processes. */
const implementations: [string, () => Promise<Ends>][] = [
  [
    'memory',
    async () => {
      const bus = createMemoryBus(log);
      return { here: bus, there: bus, close() {} };
    },
  ],
  [
    'redis within one process',
    async () => {
      const { bus, close } = createRedisBus(inject('redisUrl'), log);
      await connected(bus);
      return { here: bus, there: bus, close };
    },
  ],
  ['redis between two processes', () => openBoth(inject('redisUrl'))],
  ['redis with the rights that it gives in production', () => openBoth(restricted.url)],
  [
    'the edge, from a request to an account’s sockets',
    async () => {
      const bus = new EdgeBus(edge);
      return { here: bus, there: bus, newTopic: () => bus.newTopic(), close() {} };
    },
  ],
];
// Six servers more: what there is on them alone is in the run of everything.
if (everywhere) {
  implementations.push(
    ['a redis cluster between two processes', () => openBoth(cluster.url)],
    ['redis behind a sentinel, between two processes', () => openBoth(sentinel.url)],
  );
}

const redis = new ManyRedis();
let cluster: Awaited<ReturnType<typeof startCluster>>;
let sentinel: Awaited<ReturnType<typeof startSentinel>>;
let edge: EdgePorts;
let restricted: ProductionRedis;

beforeAll(async () => {
  [edge, restricted] = await Promise.all([startEdgePorts(), startProductionRedis()]);
  if (everywhere) [cluster, sentinel] = await Promise.all([startCluster(redis), startSentinel(redis)]);
});
afterAll(async () => {
  await Promise.all([redis.stop(), edge.worker.stop(), restricted.stop()]);
});

async function openBoth(url: string, thereLog: Log = log): Promise<Ends> {
  const [here, there] = [createRedisBus(url, log), createRedisBus(url, thereLog)];
  await Promise.all([connected(here.bus), connected(there.bus)]);
  // Subscribed both are; what publishes may connect a little later, and what is published before that is lost.
  await vi.waitUntil(() => here.bus.healthy() && there.bus.healthy(), { timeout: 10_000, interval: 5 });
  return {
    here: here.bus,
    there: there.bus,
    close() {
      here.close();
      there.close();
    },
  };
}

/** A bus announces a gap whenever it has connected. */
const connected = (bus: Bus): Promise<void> =>
  new Promise((resolve) => {
    bus.onGap(resolve);
  });

/** Collects payloads, and lets a test wait for a number of them. */
function inbox() {
  const payloads: string[] = [];
  let wake = () => {};
  return {
    payloads,
    receive(payload: string) {
      payloads.push(payload);
      wake();
    },
    async count(wanted: number): Promise<string[]> {
      while (payloads.length < wanted) await new Promise<void>((resolve) => void (wake = resolve));
      return payloads;
    },
  };
}

describe.each(implementations)('the bus: %s', (_name, open) => {
  let ends: Ends;
  const topic = async () => (await ends.newTopic?.()) ?? `test:${crypto.randomUUID()}`;

  beforeEach(async () => {
    ends = await open();
  });
  afterEach(() => ends.close());

  test('brings payloads in the order of their publication, once, as they were', async () => {
    const [name, box] = [await topic(), inbox()];
    await ends.there.subscribe(name, box.receive);
    const sent = Array.from({ length: 500 }, (_, index) => `${index} 한글 🚌\nline "quoted"`);
    for (const payload of sent) void ends.here.publish(name, payload);
    expect(await box.count(500)).toEqual(sent);
  });

  test('reaches every receiver of a topic, and none of another', async () => {
    const [name, first, second, other] = [await topic(), inbox(), inbox(), inbox()];
    await ends.there.subscribe(name, first.receive);
    await ends.there.subscribe(name, second.receive);
    await ends.there.subscribe(await topic(), other.receive);
    await ends.here.publish(name, 'hello');
    expect(await first.count(1)).toEqual(['hello']);
    expect(await second.count(1)).toEqual(['hello']);
    expect(other.payloads).toEqual([]);
  });

  test('one function subscribed twice is two subscriptions', async () => {
    const [name, box] = [await topic(), inbox()];
    const subscription = await ends.there.subscribe(name, box.receive);
    await ends.there.subscribe(name, box.receive);
    await ends.here.publish(name, 'twice');
    await box.count(2);
    await subscription.unsubscribe();
    await ends.here.publish(name, 'once');
    expect(await box.count(3)).toEqual(['twice', 'twice', 'once']);
  });

  test('brings nothing after `unsubscribe`, and something again after a new subscription', async () => {
    const [name, gone, back] = [await topic(), inbox(), inbox()];
    const subscription = await ends.there.subscribe(name, gone.receive);
    await subscription.unsubscribe();
    await ends.there.subscribe(name, back.receive);
    await ends.here.publish(name, 'news');
    expect(await back.count(1)).toEqual(['news']);
    expect(gone.payloads).toEqual([]);
  });

  test('says that it took a payload, also where nobody receives it', async () => {
    const [name, box] = [await topic(), inbox()];
    // A bus that was opened just now may not be connected yet: then the payload is lost, and it says so.
    await expect.poll(() => ends.here.healthy(), { timeout: 10_000 }).toBe(true);
    expect(await ends.here.publish(name, 'to nobody')).toBe(true);
    await ends.there.subscribe(name, box.receive);
    expect(await ends.here.publish(name, 'news')).toBe(true);
    expect(await box.count(1)).toEqual(['news']);
  });

  test('says that it is healthy', () => {
    expect(ends.here.healthy()).toBe(true);
  });
});

describe.each<[string, (log: Log) => Promise<Ends>]>([
  [
    'memory',
    async (log) => {
      const bus = createMemoryBus(log);
      return { here: bus, there: bus, close() {} };
    },
  ],
  [
    'redis within one process',
    async (log) => {
      const { bus, close } = createRedisBus(inject('redisUrl'), log);
      await connected(bus);
      return { here: bus, there: bus, close };
    },
  ],
  ['redis between two processes', (log) => openBoth(inject('redisUrl'), log)],
])('a receiver that throws: %s', (_name, open) => {
  test('is logged, and keeps neither the others nor itself from the next payload', async () => {
    const errors: object[] = [];
    const { here, there, close } = await open({ ...log, error: (values) => void errors.push(values) });
    const [name, before, after, failing] = [crypto.randomUUID(), inbox(), inbox(), inbox()];
    const failure = new Error('it cannot be handled');
    await there.subscribe(name, before.receive);
    await there.subscribe(name, (payload) => {
      failing.receive(payload);
      throw failure;
    });
    await there.subscribe(name, after.receive);
    for (const payload of ['one', 'two']) expect(await here.publish(name, payload)).toBe(true);
    for (const box of [before, after, failing]) expect(await box.count(2)).toEqual(['one', 'two']);
    expect(errors).toEqual(['one', 'two'].map(() => ({ err: failure, topic: name })));
    close();
  });
});

describe('the bus of the edge', () => {
  test('brings what is published to a room to its members, in order and once, and to nobody else', async () => {
    const [minji, junho, outsider] = await Promise.all([newCustomer(), newDriver(), newDriver()]);
    const room = await newRoom(minji, junho);
    await newRoom(minji, outsider);
    const url = chatUrlOf(edge.worker.origin);
    const [hers, his, theirs] = await Promise.all([minji, junho, outsider].map((person) => connectTo(url, person)));
    const account = minji.id as AccountId;
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    await edge.ports.publish(
      numbers.map((seq) => [roomTopic(room), encodeEphemeral({ type: 'read', room, account, seq }, account)]),
    );
    for (const seq of numbers) expect(await his?.next('read')).toMatchObject({ seq });
    // What comes to everyone later has come, so what did not come before never will.
    await edge.ports.publish([[roomTopic(room), encodeEphemeral({ type: 'typing', room, account })]]);
    await Promise.all([hers?.next('typing'), his?.next('typing')]);
    expect([hers, his, theirs].map((chat) => chat?.all('read').length)).toEqual([0, 100, 0]);
    expect(theirs?.all('typing')).toEqual([]);
    for (const chat of [hers, his, theirs]) await chat?.close();
  });
});

describe('the Redis bus without a Redis', () => {
  test('says, and counts, that a payload is lost, still serves its own process, and is not healthy', async () => {
    // Port 1 answers to nobody.
    const counted: string[] = [];
    const { bus, close } = createRedisBus('redis://127.0.0.1:1', log, {
      metrics: { count: (name) => void counted.push(name) },
    });
    const box = inbox();
    await bus.subscribe('topic', box.receive);
    expect(await bus.publish('topic', 'local')).toBe(false);
    expect(await box.count(1)).toEqual(['local']);
    expect(counted).toEqual(['bus_hints_lost']);
    expect(bus.healthy()).toBe(false);
    close();
  });
});

/** What is published again and again arrives in the end, in each of so many topics. */
async function carries({ here, there }: Ends, topics: number): Promise<void> {
  const byAccount = await Promise.all(
    Array.from({ length: topics }, async () => {
      const [name, box] = [crypto.randomUUID(), inbox()];
      await there.subscribe(name, box.receive);
      return { name, box };
    }),
  );
  const timer = setInterval(() => byAccount.forEach(({ name }) => void here.publish(name, 'news')), 50);
  await Promise.all(byAccount.map(({ box }) => box.count(1)));
  clearInterval(timer);
}

describe.runIf(everywhere)('the Redis bus over several servers', () => {
  test('reaches a cluster that stands at the first attempt', async () => {
    const address = addressOf(cluster.url);
    if (address.kind !== 'cluster') throw new Error('it names a cluster');
    for (let time = 0; time < 10; time++) {
      const client = openCluster(address, log, 'test');
      let failed = 0;
      client.on('reconnecting', () => failed++);
      const pubSub = createShardedPubSub(client);
      await new Promise<void>((resolve) => pubSub.onReady(resolve));
      pubSub.close();
      expect(failed).toBe(0);
    }
  });

  test('a node of a cluster that dies and comes back: the gap is announced, and all topics are heard again', async () => {
    const ends = await openBoth(cluster.url);
    const [before, box] = [Array.from({ length: 30 }, () => crypto.randomUUID()), inbox()];
    for (const name of before) await ends.there.subscribe(name, box.receive);
    const gap = connected(ends.there);
    await cluster.restart(1);
    await gap;
    await carries(ends, 30);
    for (const name of before) await ends.here.publish(name, name);
    expect((await box.count(30)).toSorted()).toEqual(before.toSorted());
    ends.close();
  }, 30_000);

  test('limits and presence are kept in a cluster as well', async () => {
    const limiter = createRedisLimiter(cluster.url, log);
    const presence = createRedisPresence(cluster.url, log, { now: Date.now });
    await Promise.all([limiter.connected, presence.connected]);
    const takes = Array.from({ length: 50 }, () => limiter.limiter.take('someone', { attempts: 20, seconds: 60 }));
    expect((await Promise.all(takes)).filter(({ allowed }) => allowed).length).toBeLessThan(50);
    const account = crypto.randomUUID() as AccountId;
    // A node that is not reached yet refuses at once: asking again without a pause would never let it connect.
    await vi.waitFor(async () => {
      await presence.presence.keep([account]);
      expect(await presence.presence.of([account])).toMatchObject([{ online: true }]);
    }, 20_000);
    limiter.close();
    presence.close();
  });

  test('a master that dies is replaced by its replica: the gap is announced, and topics are heard again', async () => {
    const ends = await openBoth(sentinel.url);
    const [name, box] = [crypto.randomUUID(), inbox()];
    await ends.there.subscribe(name, box.receive);
    const gaps = Promise.all([connected(ends.here), connected(ends.there)]);
    await sentinel.killMaster();
    await gaps;
    await carries(ends, 3);
    await ends.here.publish(name, 'again');
    expect(await box.count(1)).toEqual(['again']);
    ends.close();
    // A sentinel that was not let run for two seconds does nothing for thirty (TILT, redis.io/docs: High availability with Sentinel).
  }, 120_000);
});
