import type { AccountId, SessionId } from '../../schema/ids.ts';
import type { accountRoles } from '../../schema/accounts.ts';

export type Role = (typeof accountRoles)[number];

/** Who is calling, as the access token says. */
export interface Principal {
  accountId: AccountId;
  role: Role;
  sessionId: SessionId;
  /** When the access token ends, in milliseconds since 1970. */
  expiresAt: number;
}

export const isOperator = ({ role }: { role: Role }): boolean => role === 'driver' || role === 'company';
