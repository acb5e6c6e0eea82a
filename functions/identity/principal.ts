import type { accountRoles } from '../../schema/accounts.ts';
import type { AccountId, ApiKeyId, SessionId } from '../../schema/ids.ts';
import type { Scope } from './scopes.ts';

export type Role = (typeof accountRoles)[number];

/** Who is calling, as the access token says, or the key. */
export interface Principal {
  accountId: AccountId;
  role: Role;
  /** Of a key, its own id, which ends its sockets as a session's ends those of a token. */
  sessionId: SessionId;
  /** When the access token ends, or the key, in milliseconds since 1970. */
  expiresAt: number;
  /** Of a key: all that it may do. A token may do what its account may. */
  scopes?: readonly Scope[];
}

export const isOperator = ({ role }: { role: Role }): boolean => role === 'driver' || role === 'company';

/** The key by which somebody acts; undefined where it is a person. */
export const keyIdOf = ({ scopes, sessionId }: Pick<Principal, 'scopes' | 'sessionId'>): ApiKeyId | undefined =>
  scopes && (sessionId as string as ApiKeyId);

/** Whether a scope is no obstacle. */
export const mayUse = ({ scopes }: Pick<Principal, 'scopes'>, scope: Scope): boolean =>
  scopes === undefined || scopes.includes(scope);
