import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Limiter, Log } from '../../functions/ports.ts';
import { countWith } from '../shared/limiter.ts';
import { openRedis } from './connection.ts';

/** Counts in Redis, so that all processes count together. */
export function createRedisLimiter(url: string, log: Log): { limiter: Limiter; close: () => Promise<void> } {
  const redis = openRedis(url, log, 'limiter');
  return {
    limiter: countWith(
      ({ attempts, seconds }) =>
        new RateLimiterRedis({
          storeClient: redis,
          keyPrefix: `kingbus:limit:${attempts}/${seconds}`,
          points: attempts,
          duration: seconds,
        }),
    ),
    async close() {
      redis.disconnect();
    },
  };
}
