import { defaultChatLimits } from '../../functions/chat/limits.ts';
import { toInstant } from '../../functions/instant.ts';
import type { Clock, Log, Presence, Seen } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { openRedis } from './connection.ts';
import type { RedisClient } from './connection.ts';

const lastSeenSeconds = 30 * 24 * 3600;
/** How long it is known of a process that died when it was last heard of, in milliseconds. */
const memoryMs = 600_000;

/**
 * A sorted set an account: each process that holds a connection of it, with the moment until which that is believed. The
 * moments are by Redis' clock, which is one for all processes.
 */
const holdersOf = (accountId: AccountId): string => `kingbus:presence:${accountId}`;
const lastSeenOf = (accountId: AccountId): string => `kingbus:seen:${accountId}`;

/** Accounts of one command; in a cluster, where each may be on another server, one. */
const batchSize = 250;

const nowScript = `local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;
/** For so many milliseconds, by this process, and remembered for so many more. Gives for each account whether any process was believed. */
const keepScript = `${nowScript}local answer = {}
for index, key in ipairs(KEYS) do
  answer[index] = redis.call('zcount', key, now, '+inf') > 0 and 1 or 0
  redis.call('zadd', key, now + ARGV[1], ARGV[2])
  redis.call('zremrangebyscore', key, '-inf', now - ARGV[3])
  redis.call('pexpire', key, math.ceil(ARGV[1] + ARGV[3]))
end
return answer`;
/** Now, and for each account the last moment until which any process is believed. */
const untilScript = `${nowScript}local answer = {tostring(now)}
for index, key in ipairs(KEYS) do
  answer[index + 1] = redis.call('zrevrange', key, 0, 0, 'withscores')[2] or ''
end
return answer`;
/** Gives how many others are believed. */
const leaveScript = `${nowScript}redis.call('zrem', KEYS[1], ARGV[1])
return redis.call('zcount', KEYS[1], now, '+inf')`;

/** Presence over all processes. A process that dies is forgotten when its word has run out. */
export function createRedisPresence(
  url: string,
  log: Log,
  clock: Clock,
  presenceMs = defaultChatLimits.presenceMs,
): { presence: Presence; connected: Promise<void>; close: () => void } {
  const redis = openRedis(url, log, 'presence');
  return {
    presence: createPresenceFrom(redis, clock, presenceMs),
    connected: new Promise((resolve) => void redis.once('ready', resolve)),
    close: () => redis.disconnect(),
  };
}

function createPresenceFrom(redis: RedisClient, clock: Clock, presenceMs: number): Presence {
  const self = crypto.randomUUID();
  const held = new Set<AccountId>();
  const size = redis.isCluster ? 1 : batchSize;

  /** Held ones whom Redis did not know to be here when that was said again, and of whom nobody has heard yet. */
  const forgotten = new Set<AccountId>();

  async function say(accountIds: readonly AccountId[], before: ReadonlySet<AccountId>): Promise<void> {
    const sayBatch = async (batch: AccountId[]) => {
      const keys = batch.map(holdersOf);
      const known = (await redis.eval(keepScript, keys.length, ...keys, presenceMs, self, memoryMs)) as number[];
      for (const [index, accountId] of batch.entries()) {
        if (known[index] === 0 && before.has(accountId)) forgotten.add(accountId);
      }
    };
    await Promise.all(batchesOf([...accountIds], size).map((batch) => sayBatch(batch).catch(ignoreOutage)));
  }

  async function seenOf(accountIds: AccountId[]): Promise<(Seen | undefined)[]> {
    try {
      const [[now = '', ...until], seen] = await Promise.all([
        redis.eval(untilScript, accountIds.length, ...accountIds.map(holdersOf)) as Promise<string[]>,
        redis.mget(accountIds.map(lastSeenOf)),
      ]);
      return accountIds.map((_, index) => toSeen(Number(now), Number(until[index]), seen[index] ?? null, presenceMs));
    } catch {
      return accountIds.map(() => undefined);
    }
  }

  // A Redis that was away may have forgotten everyone.
  redis.on('ready', () => void say([...held], held));
  return {
    async keep(accountIds) {
      const before = new Set(accountIds.filter((accountId) => held.has(accountId)));
      for (const accountId of accountIds) held.add(accountId);
      await say(accountIds, before);
      const found = [...forgotten].filter((accountId) => held.has(accountId));
      forgotten.clear();
      return found;
    },
    async leave(accountId) {
      held.delete(accountId);
      try {
        const [others] = await Promise.all([
          redis.eval(leaveScript, 1, holdersOf(accountId), self) as Promise<number>,
          redis.set(lastSeenOf(accountId), toInstant(clock.now()), 'EX', lastSeenSeconds),
        ]);
        return { elsewhere: others > 0 };
      } catch {
        return { elsewhere: false };
      }
    },
    of: async (accountIds) => (await Promise.all(batchesOf(accountIds, size).map(seenOf))).flat(),
  };
}

/** @param until when the last word of any process runs out; 0 where there is none */
function toSeen(now: number, until: number, seen: string | null, presenceMs: number): Seen {
  const heardOf = until > 0 && until <= now ? toInstant(until - presenceMs) : null;
  const left = instantOf(seen);
  return { online: until > now, lastSeenAt: heardOf !== null && heardOf > (left ?? '') ? heardOf : left };
}

/** What is no moment is not ours. */
const instantOf = (text: string | null): string | null => (Number.isNaN(Date.parse(text ?? '')) ? null : text);

/** Redis, or the node of the cluster that has the account, is not reached: what was said is lost, and said again with the next beat. */
function ignoreOutage(): void {}

const batchesOf = <Item>(items: Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
