import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createMemoryLimiter } from '../../adapters/memory/limiter.ts';
import { createRedisLimiter } from '../../adapters/redis/limiter.ts';
import type { Limiter } from '../../functions/ports.ts';
import { everywhere } from '../support/everywhere.ts';
import { startEdgePorts } from '../support/servers/edge-ports.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

interface Opened {
  limiter: Limiter;
  close(): void | Promise<void>;
}

/** Every implementation. */
const implementations: [string, () => Promise<Opened>][] = [
  ['memory', async () => ({ limiter: createMemoryLimiter(), close() {} })],
  [
    'redis',
    async () => {
      const { limiter, connected, close } = createRedisLimiter(inject('redisUrl'), log);
      await connected;
      return { limiter, close };
    },
  ],
  [
    'counter objects of the edge, each attempt a request',
    async () => {
      const { worker, ports } = await startEdgePorts();
      return { limiter: ports, close: () => worker.stop() };
    },
  ],
];

// A Worker more for each of these suites.
describe.each(implementations.filter(([name]) => everywhere || !name.includes('edge')))(
  'the limiter: %s',
  (_name, open) => {
    let limiter: Limiter;
    let close: Opened['close'];
    beforeAll(async () => {
      ({ limiter, close } = await open());
    });
    afterAll(() => close());

    test('allows so many attempts, then says how long to wait', async () => {
      const key = crypto.randomUUID();
      const limit = { attempts: 3, seconds: 60 };
      for (let attempt = 0; attempt < 3; attempt++) expect((await limiter.take(key, limit)).allowed).toBe(true);
      const { allowed, retryAfterSeconds } = await limiter.take(key, limit);
      expect(allowed).toBe(false);
      expect(retryAfterSeconds).toBeGreaterThan(0);
      expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    });

    test('says what is left, and until when', async () => {
      const key = crypto.randomUUID();
      const limit = { attempts: 3, seconds: 60 };
      for (const remaining of [2, 1, 0]) {
        const taken = await limiter.take(key, limit);
        expect(taken).toMatchObject({ allowed: true, remaining, retryAfterSeconds: 0 });
        expect(taken.resetSeconds).toBeGreaterThan(50);
        expect(taken.resetSeconds).toBeLessThanOrEqual(60);
      }
      const { retryAfterSeconds, ...refused } = await limiter.take(key, limit);
      expect(refused).toEqual({ allowed: false, remaining: 0, resetSeconds: retryAfterSeconds });
      await limiter.giveBack(key, limit, 'one');
      expect((await limiter.take(key, limit)).remaining).toBe(0);
    });

    test('counts each key, and each kind of limit, by itself', async () => {
      const key = crypto.randomUUID();
      expect((await limiter.take(key, { attempts: 1, seconds: 60 })).allowed).toBe(true);
      expect((await limiter.take(key, { attempts: 1, seconds: 60 })).allowed).toBe(false);
      expect((await limiter.take(key, { attempts: 1, seconds: 30 })).allowed).toBe(true);
      expect((await limiter.take(`${key}x`, { attempts: 1, seconds: 60 })).allowed).toBe(true);
    });

    test('takes back one attempt, or all of them, of this key and limit alone', async () => {
      const [key, other] = [crypto.randomUUID(), crypto.randomUUID()];
      const limit = { attempts: 2, seconds: 60 };
      const takeAll = async () => {
        let allowed = 0;
        for (let attempt = 0; attempt < 4; attempt++) if ((await limiter.take(key, limit)).allowed) allowed++;
        return allowed;
      };
      await limiter.take(key, limit);
      await limiter.giveBack(key, limit, 'one');
      expect(await takeAll()).toBe(2);
      await limiter.giveBack(other, limit, 'all');
      await limiter.giveBack(key, { attempts: 2, seconds: 30 }, 'all');
      expect(await takeAll()).toBe(0);
      await limiter.giveBack(key, limit, 'all');
      expect(await takeAll()).toBe(2);
    });

    test('has nothing to take back of what was never counted', async () => {
      const key = crypto.randomUUID();
      const limit = { attempts: 1, seconds: 60 };
      await limiter.giveBack(key, limit, 'all');
      expect((await limiter.take(key, limit)).allowed).toBe(true);
      expect((await limiter.take(key, limit)).allowed).toBe(false);
    });

    test('at once from many: never more than allowed', async () => {
      const key = crypto.randomUUID();
      const takes = Array.from({ length: 50 }, () => limiter.take(key, { attempts: 20, seconds: 60 }));
      expect((await Promise.all(takes)).filter(({ allowed }) => allowed)).toHaveLength(20);
    });
  },
);

test('where Redis is away, each process counts for itself', async () => {
  // Port 1 answers to nobody.
  const { limiter, close } = createRedisLimiter('redis://127.0.0.1:1', log);
  const limit = { attempts: 1, seconds: 60 };
  const first = { allowed: true, remaining: 0, resetSeconds: 60, retryAfterSeconds: 0 };
  expect(await limiter.take('anyone', limit)).toEqual(first);
  expect((await limiter.take('anyone', limit)).allowed).toBe(false);
  close();
});
