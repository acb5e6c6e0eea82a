import type { Context } from 'hono';
import { keyIdOf, mayUse } from '../identity/principal.ts';
import type { Principal } from '../identity/principal.ts';
import type { scopeOf } from '../identity/scopes.ts';
import type { Limit } from '../ports.ts';
import { logSecurity } from '../security/security-events.ts';
import type { Env } from './env.ts';
import { limitBy } from './limit-attempts.ts';
import { Problem } from './problems.ts';
import { noteLimitOf } from './rate-limit.ts';

/** What one key may ask, all routes and upgrades together. */
export const keyRequests: Limit = { attempts: 600, seconds: 60 };

/**
 * Whether a key opens what it was sent to, and was not sent too often; of a token there is nothing to ask. Problems:
 * `too_many_requests`, `scope_missing`, `not_by_key`.
 */
export async function requireScope(
  c: Context<Env>,
  principal: Principal,
  needed: ReturnType<typeof scopeOf>,
): Promise<void> {
  const key = keyIdOf(principal);
  if (key === undefined) return;
  const { ports, address } = c.env;
  const who = { address, requestId: c.get('requestId'), noteLimit: noteLimitOf(c) };
  await limitBy(ports, who, { action: 'key', of: key }, keyRequests);
  if ('scope' in needed && mayUse(principal, needed.scope)) return;
  const { accountId, role } = principal;
  const reason = 'scope' in needed ? `not ${needed.scope}` : 'not by key';
  logSecurity(ports.log, 'authz_fail', { accountId, role, key, reason, address, requestId: who.requestId });
  throw 'scope' in needed ? new Problem('scope_missing', { scope: needed.scope }) : new Problem('not_by_key');
}
