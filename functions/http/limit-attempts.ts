import type { Context } from 'hono';
import type { Limit } from '../ports.ts';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';

/** Counts this call against its client address, or `subject`; over `limit` it is 429 with `Retry-After`. */
export async function limitAttempts(
  c: Context<Env>,
  action: string,
  limit: Limit,
  subject: string = c.env.address,
): Promise<void> {
  const { allowed, retryAfterSeconds } = await c.env.ports.limiter.take(`${action}:${subject}`, limit);
  if (!allowed) throw new Problem('too_many_requests', { headers: { 'Retry-After': String(retryAfterSeconds) } });
}
