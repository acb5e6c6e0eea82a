import { findAccountState } from '../../db/accounts.ts';
import type { Database } from '../../db/engine/client.ts';
import { Problem } from '../http/problems.ts';
import type { Principal } from '../identity/principal.ts';

/** The token says operator; the database says whether an admin has verified it and nobody has suspended it since. */
export async function requireActiveOperator(db: Database, { accountId }: Principal): Promise<void> {
  const state = await findAccountState(db, accountId);
  if (state === 'suspended') throw new Problem('account_suspended');
  if (state !== 'active') throw new Problem('operator_not_active');
}
