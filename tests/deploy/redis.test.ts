import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisCommands } from '../../adapters/node/check/redis-commands.ts';
import { createRedisBus } from '../../adapters/redis/bus.ts';
import { createRedisLimiter } from '../../adapters/redis/limiter.ts';
import { createRedisPresence } from '../../adapters/redis/presence.ts';
import { checkout } from '../../local/folder.ts';
import type { AccountId } from '../../schema/ids.ts';
import { startProductionRedis } from '../support/servers/production-redis.ts';
import type { ProductionRedis } from '../support/servers/production-redis.ts';

const warned: unknown[] = [];
const log = { debug() {}, info() {}, warn: (...said: unknown[]) => void warned.push(said), error() {} };

let redis: ProductionRedis;
let client: Redis;
beforeAll(async () => {
  redis = await startProductionRedis();
  client = new Redis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

/** Does once whatever the product does with Redis. Gives what ends the connections. */
async function useAll(): Promise<() => void> {
  const account = crypto.randomUUID() as AccountId;
  const bus = createRedisBus(redis.url, log);
  await new Promise<void>((resolve) => {
    bus.bus.onGap(resolve);
  });
  const { promise: heard, resolve: hear } = Promise.withResolvers<string>();
  const subscription = await bus.bus.subscribe('test', hear);
  await expect.poll(() => bus.bus.healthy()).toBe(true);
  await bus.bus.publish('test', 'hello');
  expect(await heard).toBe('hello');
  await subscription.unsubscribe();

  const { limiter, connected, close } = createRedisLimiter(redis.url, log);
  await connected;
  const limit = { attempts: 1, seconds: 60 };
  expect((await limiter.take('key', limit)).allowed).toBe(true);
  expect((await limiter.take('key', limit)).allowed).toBe(false);
  await limiter.giveBack('key', limit, 'one');
  await limiter.giveBack('key', limit, 'all');

  const presence = createRedisPresence(redis.url, log, { now: Date.now });
  await presence.connected;
  await presence.presence.keep([account]);
  expect((await presence.presence.of([account]))[0]?.online).toBe(true);
  await presence.presence.leave(account);
  return () => {
    for (const end of [bus.close, close, presence.close]) end();
  };
}

/** What the list of deploy/redis/ gives the product's user. */
const allowed = [...readFileSync(join(checkout, 'deploy/redis/kingbus.acl'), 'utf8').matchAll(/(?<= \+)[\w|]+/gu)].map(
  ([name]) => name,
);

describe('Redis as deploy/redis/ has it run', () => {
  test('lets the product do all that it does, without one refusal', async () => {
    const close = await useAll();
    close();
    expect(await redis.refusals()).toEqual([]);
    // Nor was it asked for what it does not know.
    expect(warned).toEqual([]);
  });

  test('allows nothing that the product does not do', async () => {
    const used = new Set<string>();
    await redis.commands();
    const close = await useAll();
    // Heartbeats come by themselves.
    await expect
      .poll(async () => {
        for (const name of await redis.commands()) used.add(name);
        return allowed.filter((name) => !used.has(name));
      })
      .toEqual([]);
    close();
  });

  test('allows each command that `kingbus check` tries, and no other', () => {
    const tried = redisCommands({ isCluster: false }).map(([name]) => name);
    expect(allowed.toSorted()).toEqual(tried.toSorted());
  });

  test.each([
    ['CONFIG', 'GET', '*'],
    ['CONFIG', 'SET', 'dir', '/etc'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['MGET', 'another:key'],
    ['SET', 'another:key', '1'],
    ['SUBSCRIBE', 'another:channel'],
    ['PSUBSCRIBE', '*'],
    ['PUBLISH', 'another:channel', 'x'],
    ['EVAL', "return redis.call('MGET', 'another:key')", '0'],
    ['EVAL', "return redis.call('CONFIG', 'GET', '*')", '0'],
    ['SCRIPT', 'FLUSH'],
    ['FUNCTION', 'LIST'],
    ['MODULE', 'LIST'],
    ['MONITOR'],
    ['CLIENT', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['ACL', 'LIST'],
    ['ACL', 'SETUSER', 'kingbus', 'allcommands'],
    ['SAVE'],
    ['BGSAVE'],
    ['DEBUG', 'SLEEP', '1'],
    ['SHUTDOWN'],
    ['REPLICAOF', '192.0.2.1', '6379'],
    ['MIGRATE', '192.0.2.1', '6379', 'kingbus:x', '0', '1'],
  ])('refuses its user %s %s %s', async (command, ...words) => {
    const asking = client.duplicate();
    await expect(asking.call(command, ...words)).rejects.toThrow(
      /NOPERM|ACL failure|permission|not allowed|can't (?:access|run)/iu,
    );
    asking.disconnect();
  });

  test('lets in nobody else', async () => {
    const attempt = async (access: { username?: string; password?: string }) => {
      const stranger = new Redis({ port: redis.port, ...access, lazyConnect: true, retryStrategy: () => null });
      stranger.on('error', () => {});
      try {
        return await stranger.call('MGET', 'kingbus:x');
      } catch (error) {
        return error instanceof Error ? error.message : error;
      } finally {
        stranger.disconnect();
      }
    };
    expect(await attempt({})).toMatch(/NOAUTH|NOPERM|Connection is closed/u);
    expect(await attempt({ password: 'guessed' })).toMatch(/WRONGPASS|NOAUTH|Connection is closed/u);
    expect(await attempt({ username: 'kingbus', password: 'guessed' })).toMatch(
      /WRONGPASS|NOAUTH|Connection is closed/u,
    );
  });
});
