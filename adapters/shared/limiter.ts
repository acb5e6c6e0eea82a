import { RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Limit, Limiter, Taken } from '../../functions/ports.ts';

/** What is told of an attempt: with `none` it was not allowed. */
export function takenOf({ seconds }: Limit, remaining: number | 'none', msLeft: number): Taken {
  // A counter of Redis whose window has just begun may say that it has no end.
  const resetSeconds = Math.max(1, Math.ceil((msLeft >= 0 ? msLeft : seconds * 1000) / 1000));
  if (remaining === 'none') return { allowed: false, remaining: 0, resetSeconds, retryAfterSeconds: resetSeconds };
  return { allowed: true, remaining: Math.max(0, remaining), resetSeconds, retryAfterSeconds: 0 };
}

/** A limiter over rate-limiter-flexible: one of its counters for each kind of limit, made when first asked for. */
export function createLimiter(makeCounter: (limit: Limit) => RateLimiterAbstract): Limiter {
  const counters = new Map<string, RateLimiterAbstract>();
  const counterOf = (limit: Limit): RateLimiterAbstract => {
    const kind = `${limit.attempts}/${limit.seconds}`;
    let counter = counters.get(kind);
    if (!counter) counters.set(kind, (counter = makeCounter(limit)));
    return counter;
  };
  return {
    async take(key, limit) {
      try {
        const { remainingPoints, msBeforeNext } = await counterOf(limit).consume(key);
        return takenOf(limit, remainingPoints, msBeforeNext);
      } catch (rejection) {
        // Anything but a refusal means that counting failed: then the attempt is allowed, as the port promises.
        if (!(rejection instanceof RateLimiterRes)) return takenOf(limit, limit.attempts, limit.seconds * 1000);
        return takenOf(limit, 'none', rejection.msBeforeNext);
      }
    },
    async giveBack(key, limit, attempts) {
      try {
        if (attempts === 'all') await counterOf(limit).delete(key);
        else await counterOf(limit).reward(key);
      } catch {
        // Where it cannot be counted there is nothing to give back.
      }
    },
  };
}
