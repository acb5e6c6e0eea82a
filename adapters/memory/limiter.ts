import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Limiter } from '../../functions/ports.ts';
import { createLimiter } from '../shared/limiter.ts';

/** Counts within one process. */
export const createMemoryLimiter = (): Limiter =>
  createLimiter(({ attempts, seconds }) => new RateLimiterMemory({ points: attempts, duration: seconds }));
