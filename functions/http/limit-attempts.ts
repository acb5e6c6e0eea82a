import type { Limit, Ports } from '../ports.ts';
import { networkOf } from './network-of.ts';
import { Problem } from './problems.ts';

/** Counts an attempt under this key; over `limit` it is 429 with `Retry-After`. */
export async function limitAttempts({ limiter }: Pick<Ports, 'limiter'>, key: string, limit: Limit): Promise<void> {
  const { allowed, retryAfterSeconds } = await limiter.take(key, limit);
  if (!allowed) throw new Problem('too_many_requests', { headers: { 'Retry-After': String(retryAfterSeconds) } });
}

/** Counts an attempt of an action against the network that the caller's address is of. */
export const limitByAddress = (
  ports: Pick<Ports, 'limiter'>,
  { address }: { address: string },
  action: string,
  limit: Limit,
): Promise<void> => limitAttempts(ports, `${action}:${networkOf(address)}`, limit);
