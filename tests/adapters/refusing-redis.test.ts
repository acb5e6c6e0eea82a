import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNoMetrics } from '../../adapters/memory/metrics.ts';
import { createRedisPorts } from '../../adapters/redis/ports.ts';
import { freePort } from '../../local/servers/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { ManyRedis, urlOfOne } from '../support/servers/many-redis.ts';
import { testSettings } from '../support/servers/settings.ts';

const redis = new ManyRedis(mkdtempSync(join(testSettings().runFolder, 'redis-')));
let port: number;
let clusterPort: number;
let admin: Redis;

beforeAll(async () => {
  [port, clusterPort] = [await freePort(), await freePort()];
  const access = ['requirepass several', 'user admin on >admin ~* &* +@all', 'save ""'];
  await redis.start(port, access);
  const members = ['cluster-enabled yes', `cluster-port ${await freePort()}`];
  await redis.start(clusterPort, [...access, ...members]).catch(() => {});
  admin = new Redis(port, '127.0.0.1', { username: 'admin', password: 'admin' });
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});

interface Refusal {
  name: string;
  reason: RegExp;
  url?: () => string;
  enter?: () => Promise<unknown>;
  leave?: () => Promise<unknown>;
}

const refusals: Refusal[] = [
  {
    name: 'wants another password',
    reason: /WRONGPASS/u,
    url: () => urlOfOne(port).replace('several', 'wrong'),
  },
  { name: 'wants a password', reason: /NOAUTH/u, url: () => `redis://127.0.0.1:${port}` },
  {
    name: 'gave no rights',
    reason: /NOPERM/u,
    enter: () => admin.call('ACL', 'SETUSER', 'default', '-@all', '+info', '+ping', '+client'),
    leave: () => admin.call('ACL', 'SETUSER', 'default', '+@all'),
  },
  {
    name: 'is a replica that only reads',
    reason: /READONLY|MASTERDOWN/u,
    enter: () => admin.replicaof('127.0.0.1', '1'),
    leave: () => admin.replicaof('NO', 'ONE'),
  },
  {
    name: 'has no memory left',
    reason: /OOM/u,
    enter: () => admin.config('SET', 'maxmemory', '1'),
    leave: () => admin.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'is of a cluster that is down',
    reason: /CLUSTERDOWN/u,
    url: () => urlOfOne(clusterPort),
  },
];

describe('a Redis that refuses is a Redis that is away, and the log says why', () => {
  test.each(refusals)('it $name', async ({ reason, url = () => urlOfOne(port), enter, leave }) => {
    const lines: object[] = [];
    const note = (values: object) => void lines.push(values);
    const log = { debug() {}, info() {}, warn: note, error: note };
    await enter?.();
    const { ports, close } = createRedisPorts(url(), {
      clock: { now: Date.now },
      log,
      metrics: createNoMetrics(),
      presenceMs: 60_000,
    });
    try {
      const account = crypto.randomUUID() as AccountId;
      await expect
        .poll(async () => {
          // Attempts are counted, by this process alone.
          const [key, once] = [crypto.randomUUID(), { attempts: 1, seconds: 60 }];
          const allowed = [await ports.limiter.take(key, once), await ports.limiter.take(key, once)];
          expect(allowed.map((each) => each.allowed)).toEqual([true, false]);
          await ports.presence.keep([account]);
          expect(await ports.presence.of([account])).toHaveLength(1);
          expect(await ports.bus.publish('account:x', '{}')).toBeTypeOf('boolean');
          return JSON.stringify(lines);
        })
        .toMatch(reason);
      expect(JSON.stringify(lines)).not.toContain('several');
    } finally {
      close();
      await leave?.();
    }
  });
});
