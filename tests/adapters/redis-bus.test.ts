import { once } from 'node:events';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { createRedisBus } from '../../adapters/redis/bus.ts';
import { openServer } from '../../adapters/redis/connection.ts';
import { channelOf, encodeHint } from '../../adapters/redis/hint.ts';
import type { Bus } from '../../functions/ports.ts';
import { Proxy } from '../faults/proxy.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

let proxy: Proxy;
let bus: Bus;
let close: () => void;
let gaps: Gaps;

beforeEach(async () => {
  const url = new URL(inject('redisUrl'));
  proxy = await Proxy.start(Number(url.port));
  ({ bus, close } = createRedisBus(Object.assign(url, { port: String(proxy.port) }).href, log));
  gaps = new Gaps(bus);
  await gaps.next();
});

afterEach(async () => {
  close();
  await proxy.close();
});

/** Lets a test wait for the next announced gap. */
class Gaps {
  #told = 0;
  #wake = () => {};

  constructor(bus: Bus) {
    bus.onGap(() => {
      this.#told++;
      this.#wake();
    });
  }

  async next(): Promise<void> {
    while (this.#told === 0) await new Promise<void>((resolve) => void (this.#wake = resolve));
    this.#told--;
  }
}

/** Publishes as whoever shares the Redis without being of the product. */
async function publishRaw(topic: string, message: string): Promise<void> {
  const redis = openServer({ kind: 'server', url: inject('redisUrl') }, log, 'test');
  await once(redis, 'ready');
  await redis.publish(channelOf(topic), message);
  redis.disconnect();
}

/**
 * A gap is told as soon as the subscription stands, because what was missed should be looked for then; the connection that
 * publishes comes back by itself, perhaps a little later. Nothing tells of that, so this asks.
 */
const untilHealthy = () => vi.waitUntil(() => bus.healthy(), { timeout: 10_000, interval: 5 });

/** What another process publishes arrives. */
async function hears(topic: string): Promise<void> {
  const other = createRedisBus(inject('redisUrl'), log);
  await new Gaps(other.bus).next();
  const heard = new Promise<string>((resolve) => void bus.subscribe(topic, resolve));
  const timer = setInterval(() => void other.bus.publish(topic, 'news'), 20);
  expect(await heard).toBe('news');
  clearInterval(timer);
  other.close();
}

test('a subscription that died without a word is noticed, announced and replaced', async () => {
  const [topic, box] = [crypto.randomUUID(), Promise.withResolvers<string>()];
  await bus.subscribe(topic, box.resolve);
  await untilHealthy();
  for (const link of proxy.links) if (link.subscribes) link.die();
  await gaps.next();
  expect(bus.healthy()).toBe(false);
  await gaps.next();
  await untilHealthy();
  await hears(topic);
});

test('a publishing connection that died without a word is replaced too', async () => {
  for (const link of proxy.links) if (!link.subscribes) link.die();
  await gaps.next();
  await gaps.next();
  const [topic, other] = [crypto.randomUUID(), createRedisBus(inject('redisUrl'), log)];
  await new Gaps(other.bus).next();
  const heard = new Promise<string>((resolve) => void other.bus.subscribe(topic, resolve));
  const timer = setInterval(() => void bus.publish(topic, 'news'), 20);
  expect(await heard).toBe('news');
  clearInterval(timer);
  other.close();
});

test('what could not be published is a gap to others, who were connected all along', async () => {
  const other = createRedisBus(inject('redisUrl'), log);
  const othersGaps = new Gaps(other.bus);
  await othersGaps.next();
  await untilHealthy();
  proxy.cut();
  expect(await bus.publish('room:1', 'unheard')).toBe(false);
  await othersGaps.next();
  other.close();
});

test('what others publish on the same channels is none of ours', async () => {
  const [topic, box] = [crypto.randomUUID(), Promise.withResolvers<string>()];
  await bus.subscribe(topic, box.resolve);
  for (const message of ['x', 'not one of ours, and longer than the id of a process', '{"json":true}']) {
    await publishRaw(topic, message);
  }
  await publishRaw(topic, encodeHint(crypto.randomUUID(), 'ours'));
  expect(await box.promise).toBe('ours');
});

test('a Redis that hangs is as good as none, and is back when it answers', async () => {
  proxy.hold();
  await gaps.next();
  expect(bus.healthy()).toBe(false);
  // Nobody waits for it.
  const [topic, box] = [crypto.randomUUID(), Promise.withResolvers<string>()];
  await bus.subscribe(topic, box.resolve);
  expect(await bus.publish(topic, 'news')).toBe(false);
  expect(await box.promise).toBe('news');
  proxy.release();
  await gaps.next();
  await untilHealthy();
  await hears(crypto.randomUUID());
});
