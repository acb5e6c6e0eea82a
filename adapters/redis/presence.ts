import { toInstant } from '../../functions/instant.ts';
import { presenceSeconds } from '../../functions/ports.ts';
import type { Clock, Log, Presence } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { openRedis } from './connection.ts';
import type { RedisClient } from './connection.ts';

const lastSeenSeconds = 30 * 24 * 3600;

/** A sorted set an account: each process that holds a connection of it, with the moment until which that is believed. */
const holdersOf = (accountId: AccountId): string => `kingbus:presence:${accountId}`;
const lastSeenOf = (accountId: AccountId): string => `kingbus:seen:${accountId}`;

/** Accounts whose presence is kept by one command; in a cluster, where each may be on another server, one. */
const batchSize = 250;
const keepScript = `for _, key in ipairs(KEYS) do
  redis.call('zadd', key, ARGV[1], ARGV[2])
  redis.call('expire', key, ARGV[3])
end`;

/** Presence over all processes. A process that dies is forgotten when its word has run out. */
export function createRedisPresence(
  url: string,
  log: Log,
  clock: Clock,
): { presence: Presence; connected: Promise<void>; close: () => void } {
  const redis = openRedis(url, log, 'presence');
  return {
    presence: createPresenceFrom(redis, clock),
    connected: new Promise((resolve) => void redis.once('ready', resolve)),
    close: () => redis.disconnect(),
  };
}

function createPresenceFrom(redis: RedisClient, clock: Clock): Presence {
  const self = crypto.randomUUID();
  return {
    async keep(accountIds) {
      const until = clock.now() + presenceSeconds * 1000;
      const batches = batchesOf(accountIds.map(holdersOf), redis.isCluster ? 1 : batchSize);
      await Promise.all(
        batches.map((keys) => redis.eval(keepScript, keys.length, ...keys, until, self, presenceSeconds)),
      ).catch(ignoreOutage);
    },
    async leave(accountId) {
      try {
        await redis.zrem(holdersOf(accountId), self);
        await redis.set(lastSeenOf(accountId), toInstant(clock.now()), 'EX', lastSeenSeconds);
        return { elsewhere: (await redis.zcount(holdersOf(accountId), clock.now(), '+inf')) > 0 };
      } catch {
        return { elsewhere: false };
      }
    },
    async of(accountIds) {
      const now = clock.now();
      return Promise.all(
        accountIds.map(async (accountId) => {
          try {
            const [holders, lastSeenAt] = await Promise.all([
              redis.zcount(holdersOf(accountId), now, '+inf'),
              redis.get(lastSeenOf(accountId)),
            ]);
            return { online: holders > 0, lastSeenAt: instantOf(lastSeenAt) };
          } catch {
            return { online: false, lastSeenAt: null };
          }
        }),
      );
    },
  };
}

/** What is no moment is not ours. */
const instantOf = (text: string | null): string | null => (Number.isNaN(Date.parse(text ?? '')) ? null : text);

/** Redis is away: nobody's presence is known, which is what the port promises. */
function ignoreOutage(): void {}

const batchesOf = <Item>(items: Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
