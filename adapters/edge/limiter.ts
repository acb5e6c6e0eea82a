import type { Limiter } from '../../functions/ports.ts';
import { createMemoryLimiter } from '../memory/limiter.ts';

/** How many attempts are counted before all are forgotten. */
const remembered = 10_000;

/**
 * Counts within one isolate. The counter underneath forgets by timers, which end here with the request that set them: so
 * that memory stays bounded, everything is forgotten now and then.
 */
export function createIsolateLimiter(): Limiter {
  let limiter = createMemoryLimiter();
  let attempts = 0;
  return {
    take(key, limit) {
      if (++attempts % remembered === 0) limiter = createMemoryLimiter();
      return limiter.take(key, limit);
    },
  };
}
