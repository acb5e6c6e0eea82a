import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { Log } from '../../functions/ports.ts';

/**
 * A connection that comes back by itself: at once, then after longer and longer pauses up to a second. While it is away
 * a command fails at once rather than waiting in a queue that nobody bounds.
 */
export function openRedis(
  url: string,
  log: Log,
  name: string,
  options: Pick<RedisOptions, 'autoResubscribe'> = {},
): Redis {
  const redis = new Redis(url, {
    connectionName: `kingbus-${name}`,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    // A dead connection never says goodbye.
    disconnectTimeout: 50,
    // A server that hangs is as away as one that is gone.
    commandTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(1_000, 20 * 2 ** Math.min(attempt, 6)),
    ...options,
  });
  let up = true;
  redis.on('error', (error: Error & { code?: string }) => {
    // Every attempt reports; one line for each outage is enough.
    if (up) log.warn({ redis: name, reason: error.code ?? error.message }, 'Redis is away');
    up = false;
  });
  redis.on('ready', () => {
    if (!up) log.info({ redis: name }, 'Redis is back');
    up = true;
  });
  return redis;
}
