import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedisBus } from '../../adapters/redis/bus.ts';
import { createRedisLimiter } from '../../adapters/redis/limiter.ts';
import { createRedisPresence } from '../../adapters/redis/presence.ts';
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

describe('Redis as deploy/redis/ has it run', () => {
  test('lets the product do all that it does, without one refusal', async () => {
    const account = crypto.randomUUID() as AccountId;
    const bus = createRedisBus(redis.url, log);
    await new Promise<void>((resolve) => {
      bus.bus.onGap(resolve);
    });
    const heard = new Promise((resolve) => void bus.bus.subscribe('test', resolve));
    await expect.poll(() => bus.bus.healthy()).toBe(true);
    await bus.bus.publish('test', 'hello');
    expect(await heard).toBe('hello');

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
    for (const end of [bus.close, close, presence.close]) end();
    expect(await redis.refusals()).toEqual([]);
    // Nor was it asked for what it does not know.
    expect(warned).toEqual([]);
  });

  test.each([
    ['CONFIG', 'GET', '*'],
    ['CONFIG', 'SET', 'dir', '/etc'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['GET', 'another:key'],
    ['SET', 'another:key', '1'],
    ['SUBSCRIBE', 'another:channel'],
    ['PSUBSCRIBE', '*'],
    ['PUBLISH', 'another:channel', 'x'],
    ['EVAL', "return redis.call('GET', 'another:key')", '0'],
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
        return await stranger.call('GET', 'kingbus:x');
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
