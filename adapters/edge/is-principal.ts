import type { Principal } from '../../functions/identity/principal.ts';

/** Whether a value that was kept, or came in a header, says who a socket belongs to. Another version may have written it. */
export function isPrincipal(value: unknown): value is Principal {
  const { accountId, role, sessionId, expiresAt } = Object(value) as Partial<Record<keyof Principal, unknown>>;
  return [accountId, role, sessionId].every((each) => typeof each === 'string') && typeof expiresAt === 'number';
}
