import type { Context } from 'hono';
import { findAccountState } from '../../db/accounts.ts';
import type { AccountActor, VisitorActor, WebhookActor } from '../identity/actor.ts';
import { isOperator } from '../identity/principal.ts';
import { principalOf } from '../identity/principal-of.ts';
import type { Principal } from '../identity/principal.ts';
import type { scopeOf } from '../identity/scopes.ts';
import type { Ports } from '../ports.ts';
import { logRefusal } from '../security/security-events.ts';
import { requireScope } from './authenticate-key.ts';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';
import { noteLimitOf } from './rate-limit.ts';

/**
 * Who may call. `operator` is a driver or a company, verified yet or not; an `activeOperator` has been verified and is
 * not suspended. An admin must not be suspended either. A `webhook` is called by a provider, which signs what it sends.
 */
export type Access = 'public' | 'account' | 'customer' | 'operator' | 'activeOperator' | 'admin' | 'webhook';

/** What only an account may call. */
type AccountAccess = Exclude<Access, 'public' | 'webhook'>;

/** Who calls an endpoint of this access. */
export type ActorOf<Who extends Access> = Who extends 'public'
  ? VisitorActor
  : Who extends 'webhook'
    ? WebhookActor
    : AccountActor;

/** Whether it is called with an access token, or with a key. */
export const takesToken = (access: Access): access is AccountAccess => access !== 'public' && access !== 'webhook';

/**
 * Says whose a request is by what its sender signed: the provider's name and its own id of the event; undefined where the signature
 * is none of theirs, or is too old. Compares in constant time (`crypto.subtle.verify`).
 */
export type VerifyWebhook = (
  request: { bytes: Uint8Array; headers: Headers },
  ports: Ports,
) => Promise<{ source: string; eventId: string } | undefined>;

/** The provider that calls. Problem: `unauthenticated`. */
export async function authenticateWebhook(
  c: Context<Env>,
  verify: VerifyWebhook,
  bytes: Uint8Array,
): Promise<WebhookActor> {
  const verified = await verify({ bytes, headers: c.req.raw.headers }, c.env.ports);
  if (!verified) throw new Problem('unauthenticated');
  return { kind: 'webhook', ...verified };
}

/** Whether the account's state in the database counts, beside what its token says. */
export const needsActive = (access: Access): boolean => access === 'activeOperator' || access === 'admin';

export const visitorOf = (c: Context<Env>): VisitorActor => ({
  kind: 'visitor',
  address: c.env.address,
  requestId: c.get('requestId'),
  noteLimit: noteLimitOf(c),
});

/**
 * The account that calls, if it may. RFC 6750: the token comes in `Authorization: Bearer`, never in the URL.
 *
 * @param needed what a key needs here
 */
export async function authenticate(
  c: Context<Env>,
  access: AccountAccess,
  needed: ReturnType<typeof scopeOf>,
): Promise<AccountActor> {
  const { address } = c.env;
  const principal = await principalOf(c.var.ports, bearerToken(c.req.header('Authorization')), address);
  if (principal.scopes !== undefined) await requireScope(c, principal, needed);
  const actor: AccountActor = {
    kind: 'account',
    accountId: principal.accountId,
    role: principal.role,
    sessionId: principal.sessionId,
    expiresAt: principal.expiresAt,
    address,
    requestId: c.get('requestId'),
    noteLimit: noteLimitOf(c),
    mustBeActive: needsActive(access),
    ...(principal.scopes && { scopes: principal.scopes }),
  };
  if (admits(access, principal)) return actor;
  logRefusal(c.env.ports.log, actor, `not ${access}`);
  throw new Problem('forbidden');
}

/**
 * Reads how the account stands, for calls that are no change: a change reads it in its own transaction. Problems:
 * `account_suspended`, `operator_not_active`, `unauthenticated` where it is gone, or closed.
 */
export async function requireStanding({ db, log }: Pick<Ports, 'db' | 'log'>, actor: AccountActor): Promise<void> {
  const { accountId, mustBeActive } = actor;
  const state = await findAccountState(db, accountId);
  if (state === undefined || state === 'closed') throw new Problem('unauthenticated');
  if (state === 'suspended') logRefusal(log, actor, 'suspended');
  if (state === 'suspended') throw new Problem('account_suspended');
  if (state === 'pending' && mustBeActive) throw new Problem('operator_not_active');
}

/** The token of an `Authorization: Bearer` header, or Problem `unauthenticated`. */
export function bearerToken(header: string | undefined): string {
  const token = /^Bearer +([\w.~+/-]+=*)$/iu.exec(header ?? '')?.[1];
  if (token === undefined || token.length > 2048) throw new Problem('unauthenticated');
  return token;
}

function admits(access: AccountAccess, principal: Principal): boolean {
  switch (access) {
    case 'account':
      return true;
    case 'operator':
    case 'activeOperator':
      return isOperator(principal);
    case 'customer':
    case 'admin':
      return principal.role === access;
  }
}
