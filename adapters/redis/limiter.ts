import type { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Limiter, Log } from '../../functions/ports.ts';
import { countWith } from '../shared/limiter.ts';
import { openRedis } from './connection.ts';

/** Counts in Redis, so that all processes count together. */
export function createRedisLimiter(url: string, log: Log): { limiter: Limiter; close: () => void } {
  const redis = openRedis(url, log, 'limiter');
  return {
    limiter: countOver(() => redis),
    close() {
      redis.disconnect();
    },
  };
}

/** The same over a connection that is asked for when the first attempt is counted. */
export const countOver = (connection: () => Redis): Limiter =>
  countWith(
    ({ attempts, seconds }) =>
      new RateLimiterRedis({
        storeClient: connection(),
        keyPrefix: `kingbus:limit:${attempts}/${seconds}`,
        points: attempts,
        duration: seconds,
      }),
  );
