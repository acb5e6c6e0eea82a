import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { createRedisLimiter } from '../../adapters/redis/limiter.ts';
import { createRedisPresence } from '../../adapters/redis/presence.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Proxy } from '../faults/proxy.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
/** So many that a test has not the time to wait for each until a command times out. */
const many = 30;

let proxy: Proxy;
let url: string;

beforeEach(async () => {
  const redis = new URL(inject('redisUrl'));
  proxy = await Proxy.start(Number(redis.port));
  url = Object.assign(redis, { port: String(proxy.port) }).href;
});
afterEach(() => proxy.close());

describe('a Redis that hangs', () => {
  test('keeps no attempt waiting: the process counts alone, and with the others again when it answers', async () => {
    const { limiter, connected, close } = createRedisLimiter(url, log);
    await connected;
    proxy.hold();
    const limit = { attempts: many - 1, seconds: 60 };
    const [key, allowed] = [crypto.randomUUID(), [] as boolean[]];
    for (let attempt = 0; attempt < many; attempt++) allowed.push((await limiter.take(key, limit)).allowed);
    expect(allowed.indexOf(false)).toBe(many - 1);
    proxy.release();
    const other = createRedisLimiter(inject('redisUrl'), log);
    await other.connected;
    // What it takes, the other one, which asks Redis alone, is refused.
    await vi.waitFor(async () => {
      const [fresh, once] = [crypto.randomUUID(), { attempts: 1, seconds: 60 }];
      await limiter.take(fresh, once);
      expect((await other.limiter.take(fresh, once)).allowed).toBe(false);
    }, 10_000);
    close();
    other.close();
  });

  test('keeps nobody waiting who asks who is here', async () => {
    const { presence, connected, close } = createRedisPresence(url, log, { now: Date.now });
    await connected;
    const account = crypto.randomUUID() as AccountId;
    await presence.keep([account]);
    proxy.hold();
    for (let asked = 0; asked < many; asked++) {
      expect(await presence.of([account])).toEqual([undefined]);
    }
    proxy.release();
    await vi.waitFor(async () => expect(await presence.of([account])).toMatchObject([{ online: true }]), 10_000);
    close();
  });
});
