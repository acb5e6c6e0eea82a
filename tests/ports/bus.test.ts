import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createMemoryBus } from '../../adapters/memory/bus.ts';
import { createRedisBus } from '../../adapters/redis/bus.ts';
import type { Bus } from '../../functions/ports.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** Both ends of a bus: the same one twice where it is within a process. */
interface Ends {
  here: Bus;
  there: Bus;
  close(): void;
}

/** Every implementation, and whether its two ends are two processes. */
const implementations: [string, () => Promise<Ends>][] = [
  [
    'memory',
    async () => {
      const bus = createMemoryBus();
      return { here: bus, there: bus, close() {} };
    },
  ],
  [
    'redis within one process',
    async () => {
      const { bus, close } = createRedisBus(inject('redisUrl'), log);
      return { here: bus, there: bus, close };
    },
  ],
  [
    'redis between two processes',
    async () => {
      const [here, there] = [createRedisBus(inject('redisUrl'), log), createRedisBus(inject('redisUrl'), log)];
      await Promise.all([connected(here.bus), connected(there.bus)]);
      return {
        here: here.bus,
        there: there.bus,
        close() {
          here.close();
          there.close();
        },
      };
    },
  ],
];

/** A bus announces a gap whenever it has connected. */
const connected = (bus: Bus): Promise<void> => new Promise((resolve) => void bus.onGap(resolve));

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
  const topic = () => `test:${crypto.randomUUID()}`;

  beforeEach(async () => {
    ends = await open();
  });
  afterEach(() => ends.close());

  test('brings payloads in the order of their publication, once, as they were', async () => {
    const [name, box] = [topic(), inbox()];
    await ends.there.subscribe(name, box.receive);
    const sent = Array.from({ length: 500 }, (_, index) => `${index} 한글 🚌\nline "quoted"`);
    for (const payload of sent) void ends.here.publish(name, payload);
    expect(await box.count(500)).toEqual(sent);
  });

  test('reaches every receiver of a topic, and none of another', async () => {
    const [name, first, second, other] = [topic(), inbox(), inbox(), inbox()];
    await ends.there.subscribe(name, first.receive);
    await ends.there.subscribe(name, second.receive);
    await ends.there.subscribe(topic(), other.receive);
    await ends.here.publish(name, 'hello');
    expect(await first.count(1)).toEqual(['hello']);
    expect(await second.count(1)).toEqual(['hello']);
    expect(other.payloads).toEqual([]);
  });

  test('one function subscribed twice is two subscriptions', async () => {
    const [name, box] = [topic(), inbox()];
    const subscription = await ends.there.subscribe(name, box.receive);
    await ends.there.subscribe(name, box.receive);
    await ends.here.publish(name, 'twice');
    await box.count(2);
    await subscription.unsubscribe();
    await ends.here.publish(name, 'once');
    expect(await box.count(3)).toEqual(['twice', 'twice', 'once']);
  });

  test('brings nothing after `unsubscribe`, and something again after a new subscription', async () => {
    const [name, gone, back] = [topic(), inbox(), inbox()];
    const subscription = await ends.there.subscribe(name, gone.receive);
    await subscription.unsubscribe();
    await ends.there.subscribe(name, back.receive);
    await ends.here.publish(name, 'news');
    expect(await back.count(1)).toEqual(['news']);
    expect(gone.payloads).toEqual([]);
  });

  test('publishing into a topic without receivers is no error', async () => {
    await expect(ends.here.publish(topic(), 'nobody')).resolves.toBeUndefined();
  });

  test('says that it is healthy', () => {
    expect(ends.here.healthy()).toBeTypeOf('boolean');
  });
});

describe('the Redis bus without a Redis', () => {
  test('neither rejects nor waits, still serves its own process, and says that it is not healthy', async () => {
    // Port 1 answers to nobody.
    const { bus, close } = createRedisBus('redis://127.0.0.1:1', log);
    const box = inbox();
    await bus.subscribe('topic', box.receive);
    await bus.publish('topic', 'local');
    expect(await box.count(1)).toEqual(['local']);
    expect(bus.healthy()).toBe(false);
    close();
  });
});
