import { RateLimiterMemory } from 'rate-limiter-flexible';
import { sha256 } from '../../functions/sha256.ts';
import type { Limit, Limiter, Log } from '../../functions/ports.ts';
import { createLimiter } from '../shared/limiter.ts';
import type { Counter } from './counter.ts';

/** How many attempts an isolate counts before all are forgotten. */
const attemptsKept = 10_000;

/**
 * A Counter object for each key and kind of limit: it counts exactly, for all isolates of the world, where the platform's
 * own rate limits know windows of a minute at most, one place at a time. Where an object does not answer, the isolate counts.
 */
export function createCounterLimiter(
  counters: DurableObjectNamespace<Counter>,
  insurance: (limit: Limit) => RateLimiterMemory,
  log: Log,
): Limiter {
  const alone = createLimiter(insurance);
  return {
    async take(key, limit) {
      try {
        return await counters.getByName(await nameOf(key, limit)).take(limit);
      } catch (error) {
        log.warn({ err: error }, 'a counter did not answer: this isolate counts alone');
        return alone.take(key, limit);
      }
    },
    async giveBack(key, limit, attempts) {
      try {
        await counters.getByName(await nameOf(key, limit)).giveBack(attempts);
      } catch (error) {
        log.warn({ err: error }, 'a counter did not answer: this isolate counts alone');
        await alone.giveBack(key, limit, attempts);
      }
    },
  };
}

/** A name of a fixed length, which tells nobody the address or the username that is counted. */
const nameOf = (key: string, limit: Limit): Promise<string> => sha256(`${limit.attempts}/${limit.seconds} ${key}`);

/**
 * The counters of one isolate. They forget by timers, which end here with the request that set them: so that memory stays
 * bounded, everything is forgotten now and then.
 */
export function createIsolateCounters(): (limit: Limit) => RateLimiterMemory {
  const counters = new Map<string, RateLimiterMemory>();
  let attempts = 0;
  return ({ attempts: points, seconds: duration }) => {
    if (++attempts % attemptsKept === 0) counters.clear();
    const kind = `${points}/${duration}`;
    const counter = counters.get(kind) ?? new RateLimiterMemory({ points, duration });
    counters.set(kind, counter);
    return counter;
  };
}
