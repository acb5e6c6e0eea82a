import type { AuditLine } from '../../db/audit.ts';
import type { AccountActor, Actor } from '../identity/actor.ts';
import type { Log } from '../ports.ts';

/**
 * What whoever watches over the product should see at once, as log lines of their own kind: `kind: "security"`, `event: …`. The names
 * are those of OWASP's Logging Vocabulary where it has one (https://cheatsheetseries.owasp.org, Logging Vocabulary); `authn_keys_changed`
 * and `authn_login_unlock` are ours. docs/security.md says when each comes.
 */
const events = {
  authn_keys_changed: ['warn', 'the signing keys have changed'],
  authn_login_success: ['info', 'a log-in'],
  authn_login_fail: ['warn', 'a log-in failed'],
  authn_login_fail_max: ['warn', 'too many wrong passwords: a pause'],
  authn_login_lock: ['warn', 'an account was suspended'],
  authn_login_unlock: ['warn', 'the suspension of an account was lifted'],
  authn_password_change: ['info', 'an account has another password'],
  authn_token_reuse: ['warn', 'a used refresh token came back: its session ended'],
  authz_fail: ['warn', 'somebody asked for what they may not'],
  authz_change: ['warn', 'an account may do more than before'],
  excess_rate_limit_exceeded: ['warn', 'too many requests from one network'],
  user_created: ['info', 'an account was opened'],
} as const satisfies Record<string, readonly ['info' | 'warn', string]>;

export type SecurityEvent = keyof typeof events;

export const securityEvents = Object.keys(events) as SecurityEvent[];

/** Writes the line. `values` are ids, choices and addresses: never what somebody typed, and no secret. */
export function logSecurity(log: Log, event: SecurityEvent, values: Record<string, unknown>): void {
  const [level, message] = events[event];
  log[level]({ kind: 'security', event, ...values }, message);
}

/** Which changes that the audit has are security events, too. */
const audited = new Map<string, SecurityEvent>([
  ['account.log_in', 'authn_login_success'],
  ['account.register', 'user_created'],
  ['account.suspend', 'authn_login_lock'],
  ['account.restore', 'authn_login_unlock'],
  ['account.end_session', 'authn_token_reuse'],
  ['account.change_password', 'authn_password_change'],
  ['account.reset_password', 'authn_password_change'],
  ['operator.activate', 'authz_change'],
]);

/** Writes a line for each change that is one, after its commit. */
export function logAudited(log: Log, lines: readonly AuditLine[]): void {
  for (const { action, subjectId, actorKind, actorId, address, requestId, details } of lines) {
    const event = audited.get(action);
    if (event === undefined) continue;
    const by = { by: actorKind, ...(actorId !== null && { byAccountId: actorId }) };
    logSecurity(log, event, { accountId: subjectId, ...by, ...details, address, requestId });
  }
}

/** Where somebody acts from: the address, and the request in the other lines of the log. */
export function placeOf(actor: Actor): { address?: string; requestId?: string } {
  if (actor.kind !== 'account' && actor.kind !== 'visitor') return {};
  const { address, requestId } = actor;
  return { address, requestId };
}

/** Writes that an account asked for what it may not. `reason` is the access that it lacks, or its state. */
export function logRefusal(
  log: Log,
  { accountId, role, address, requestId }: Pick<AccountActor, 'accountId' | 'role' | 'address' | 'requestId'>,
  reason: string,
): void {
  logSecurity(log, 'authz_fail', { accountId, role, reason, address, requestId });
}
