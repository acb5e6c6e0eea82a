import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Limiter, Log } from '../../functions/ports.ts';
import { createLimiter } from '../shared/limiter.ts';
import { openRedis } from './connection.ts';

/** Counts in Redis, so that all processes count together; while Redis is away each counts for itself. */
export function createRedisLimiter(
  url: string,
  log: Log,
): { limiter: Limiter; connected: Promise<void>; close: () => void } {
  const redis = openRedis(url, log, 'limiter');
  const limiter = createLimiter(
    ({ attempts: points, seconds: duration }) =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `kingbus:limit:${points}/${duration}`,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ points, duration }),
      }),
  );
  return {
    limiter,
    connected: new Promise((resolve) => void redis.once('ready', resolve)),
    close: () => redis.disconnect(),
  };
}
