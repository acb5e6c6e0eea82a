import { RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Limit, Limiter } from '../../functions/ports.ts';

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
        await counterOf(limit).consume(key);
        return { allowed: true, retryAfterSeconds: 0 };
      } catch (rejection) {
        // Anything but a refusal means that counting failed: then the attempt is allowed, as the port promises.
        if (!(rejection instanceof RateLimiterRes)) return { allowed: true, retryAfterSeconds: 0 };
        return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(rejection.msBeforeNext / 1000)) };
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
