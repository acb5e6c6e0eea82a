import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Limit, Limiter, Log } from '../../functions/ports.ts';
import { countWith } from '../shared/limiter.ts';
import { openRedis } from './connection.ts';
import type { RedisClient } from './connection.ts';

/** Counts in Redis, so that all processes count together; while Redis is away each counts for itself. */
export function createRedisLimiter(
  url: string,
  log: Log,
): { limiter: Limiter; connected: Promise<void>; close: () => void } {
  const redis = openRedis(url, log, 'limiter');
  return {
    limiter: countOver(() => redis),
    connected: new Promise((resolve) => void redis.once('ready', resolve)),
    close: () => redis.disconnect(),
  };
}

const inMemory = ({ attempts: points, seconds: duration }: Limit) => new RateLimiterMemory({ points, duration });

/** The same over a connection that is asked for when the first attempt is counted; `insurance` counts while it is away. */
export const countOver = (
  connection: () => RedisClient,
  insurance: (limit: Limit) => RateLimiterMemory = inMemory,
): Limiter =>
  countWith(
    (limit) =>
      new RateLimiterRedis({
        storeClient: connection(),
        keyPrefix: `kingbus:limit:${limit.attempts}/${limit.seconds}`,
        points: limit.attempts,
        duration: limit.seconds,
        insuranceLimiter: insurance(limit),
      }),
  );
