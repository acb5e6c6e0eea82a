import { and, eq } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operators } from '../schema/operators.ts';
import type { Transaction } from './engine/client.ts';
import { lockingStatement } from './engine/statement.ts';

const candidateById = lockingStatement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({
      role: accounts.role,
      state: accounts.state,
      businessNumber: operators.businessNumber,
      affiliation: operators.affiliation,
    })
    .from(accounts)
    .innerJoin(operators, eq(operators.accountId, accounts.id))
    .where(eq(accounts.id, id))
    .for('update'),
);

/** What decides whether an operator is verified; nobody changes it before this transaction ends. */
export async function lockCandidate(tx: Transaction, id: AccountId) {
  const [candidate] = await candidateById(tx, { id });
  return candidate;
}

/** Writes down why an operator that waits was not verified; false where it does not wait. */
export async function setRefusal(tx: Transaction, id: AccountId, decisionReason: string): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(accounts)
    .set({ decisionReason })
    .where(and(eq(accounts.id, id), eq(accounts.isOperator, true), eq(accounts.state, 'pending')));
  return affectedRows === 1;
}
