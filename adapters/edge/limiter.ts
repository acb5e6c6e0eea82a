import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Limit } from '../../functions/ports.ts';

/** How many attempts are counted before all are forgotten. */
const remembered = 10_000;

/**
 * The counters of one isolate, for as long as no Redis counts for all. They forget by timers, which end here with the
 * request that set them: so that memory stays bounded, everything is forgotten now and then.
 */
export function createIsolateCounters(): (limit: Limit) => RateLimiterMemory {
  const counters = new Map<string, RateLimiterMemory>();
  let attempts = 0;
  return ({ attempts: points, seconds: duration }) => {
    if (++attempts % remembered === 0) counters.clear();
    const kind = `${points}/${duration}`;
    const counter = counters.get(kind) ?? new RateLimiterMemory({ points, duration });
    counters.set(kind, counter);
    return counter;
  };
}
