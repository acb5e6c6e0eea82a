import type { Limit, Ports, Taken } from '../ports.ts';
import { logSecurity } from '../security/security-events.ts';
import { networkOf } from './network-of.ts';
import { Problem } from './problems.ts';
import type { NoteLimit } from './rate-limit.ts';

/** Who is counted, as an actor says it. */
export interface Limited {
  address: string;
  requestId: string;
  noteLimit?: NoteLimit | undefined;
}

type LimitPorts = Pick<Ports, 'limiter' | 'log'>;

/** Counts an attempt of an action against the network that the caller's address is of; over `limit` it is 429 with `Retry-After`. */
export const limitByAddress = (ports: LimitPorts, who: Limited, action: string, limit: Limit): Promise<void> =>
  limitBy(ports, who, { action, of: networkOf(who.address) }, limit);

/**
 * Counts an attempt of an action against what it is of: the id of an account, or of a key. It has to be the caller's own, who is told what
 * is left.
 */
export async function limitBy(
  { limiter, log }: LimitPorts,
  { address, requestId, noteLimit }: Limited,
  { action, of }: { action: string; of: string },
  limit: Limit,
): Promise<void> {
  const taken = await limiter.take(`${action}:${of}`, limit);
  noteLimit?.(action, limit, taken);
  if (taken.allowed) return;
  logSecurity(log, 'excess_rate_limit_exceeded', { action, address, requestId });
  throw tooManyRequests(taken.retryAfterSeconds);
}

/** What an attempt counts against. */
export interface Count {
  key: string;
  limit: Limit;
  /** Under which name the answer says what is left; only of what counts the caller alone, or the network. */
  told?: string;
}

/**
 * Counts an attempt against several limits at once; where one of them is reached it counts against none, and is 429 with `Retry-After`.
 */
export async function limitOver(
  { limiter, log }: LimitPorts,
  { address, requestId, noteLimit }: Limited,
  action: string,
  counts: readonly Count[],
): Promise<void> {
  const counted: { count: Count; taken: Taken }[] = [];
  for (const count of counts) {
    const taken = await limiter.take(count.key, count.limit);
    counted.push({ count, taken });
    if (!taken.allowed) break;
  }
  const refused = counted.find(({ taken }) => !taken.allowed)?.taken;
  if (refused) {
    const allowed = counted.filter(({ taken }) => taken.allowed);
    await Promise.all(allowed.map(({ count: { key, limit } }) => limiter.giveBack(key, limit, 'one')));
  }
  for (const { count, taken } of counted) {
    const remaining = taken.remaining + (refused && taken.allowed ? 1 : 0);
    if (count.told !== undefined) noteLimit?.(count.told, count.limit, { ...taken, remaining });
  }
  if (!refused) return;
  logSecurity(log, 'excess_rate_limit_exceeded', { action, address, requestId });
  throw tooManyRequests(refused.retryAfterSeconds);
}

/** The Problem of whoever has to wait so many seconds. */
export const tooManyRequests = (seconds: number): Problem =>
  new Problem('too_many_requests', { headers: { 'Retry-After': String(seconds) } });
