import { and, eq, inArray } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operators } from '../schema/operators.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { statement } from './engine/statement.ts';

/** What an account's owner may see of it. */
export const accountColumns = {
  id: accounts.id,
  role: accounts.role,
  state: accounts.state,
  username: accounts.username,
  email: accounts.email,
  phone: accounts.phone,
  displayName: accounts.displayName,
  createdAt: accounts.createdAt,
};

type NewOperator = Omit<typeof operators.$inferInsert, 'accountId'>;

/** Adds an account, with its operator profile where it has one; or says which unique value is taken. */
export async function insertAccount(
  tx: Transaction,
  account: typeof accounts.$inferInsert,
  operator: NewOperator | undefined,
): Promise<'username' | 'email' | 'phone' | undefined> {
  try {
    await tx.insert(accounts).values(account);
  } catch (error) {
    switch (duplicateIndex(error)) {
      case 'accounts_username':
        return 'username';
      case 'accounts_email':
        return 'email';
      case 'accounts_phone':
        return 'phone';
      default:
        throw error;
    }
  }
  if (operator) await tx.insert(operators).values({ ...operator, accountId: account.id });
  return undefined;
}

const accountById = statement({ id: accounts.id }, (qb, { id }) =>
  qb.select(accountColumns).from(accounts).where(eq(accounts.id, id)),
);

export async function findAccount(db: Sql, id: AccountId) {
  const [account] = await accountById(db, { id });
  return account;
}

const credentialsByUsername = statement({ username: accounts.username }, (qb, { username }) =>
  qb
    .select({ ...accountColumns, passwordHash: accounts.passwordHash })
    .from(accounts)
    .where(eq(accounts.username, username)),
);

/** The account of a username with its password hash: for logging in alone. */
export async function findCredentials(db: Sql, username: string) {
  const [account] = await credentialsByUsername(db, { username });
  return account;
}

export async function updatePasswordHash(db: Sql, id: AccountId, hash: string): Promise<void> {
  await db.update(accounts).set({ passwordHash: hash }).where(eq(accounts.id, id));
}

const stateById = statement({ id: accounts.id }, (qb, { id }) =>
  qb.select({ state: accounts.state }).from(accounts).where(eq(accounts.id, id)),
);

/** Moves an operator from pending to active; false where it is no operator, or not pending (any more). */
export async function activateOperator(db: Sql, id: AccountId): Promise<boolean> {
  const [{ affectedRows }] = await db
    .update(accounts)
    .set({ state: 'active' })
    .where(and(eq(accounts.id, id), eq(accounts.state, 'pending'), inArray(accounts.role, ['driver', 'company'])));
  return affectedRows === 1;
}

/** Inside a transaction; new sessions of the account wait for its end. */
export async function suspendAccount(tx: Transaction, id: AccountId): Promise<void> {
  await tx.update(accounts).set({ state: 'suspended' }).where(eq(accounts.id, id));
}

export async function findAccountState(db: Sql, id: AccountId) {
  const [row] = await stateById(db, { id });
  return row?.state;
}
