import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { accountStates } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operatorRegions, operators } from '../schema/operators.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { mover } from './engine/move.ts';
import { lockingStatement, number, sharingStatement, statement } from './engine/statement.ts';
import { bulkInsert, insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';

export type AccountState = (typeof accountStates)[number];

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
  emailVerified: sql<boolean>`${accounts.emailVerifiedAt} is not null`.mapWith(Boolean).as('email_verified'),
  phoneVerified: sql<boolean>`${accounts.phoneVerifiedAt} is not null`.mapWith(Boolean).as('phone_verified'),
  language: accounts.language,
  version: accounts.version,
};

const insertRegions = bulkInsert(operatorRegions, ['accountId', 'region']);

type NewAccount = typeof accounts.$inferInsert;
type NewOperator = Omit<typeof operators.$inferInsert, 'accountId'>;

/** Adds an account, with its operator profile where it has one; or says which unique value is taken. */
export async function insertAccount<Account extends NewAccount, Operator extends NewOperator>(
  tx: Transaction,
  account: Exactly<NewAccount, Account>,
  operator: Exactly<NewOperator, Operator> | undefined,
  regions: readonly string[] = [],
): Promise<'username' | 'email' | 'phone' | undefined> {
  try {
    await insertRow(tx, accounts, account);
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
  if (operator) await insertRow(tx, operators, { ...operator, accountId: account.id });
  const { id: accountId } = account;
  if (regions.length > 0)
    await insertRegions(
      tx,
      regions.map((region) => ({ accountId, region })),
    );
  return undefined;
}

const accountById = statement({ id: accounts.id }, (qb, { id }) =>
  qb.select(accountColumns).from(accounts).where(eq(accounts.id, id)),
);

export async function findAccount(db: Sql, id: AccountId) {
  const [account] = await accountById(db, { id });
  return account;
}

const lockedStanding = lockingStatement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({ state: accounts.state, suspendedFrom: accounts.suspendedFrom, isOperator: accounts.isOperator })
    .from(accounts)
    .where(eq(accounts.id, id))
    .for('update'),
);

/** Where an account stands, and stood before it was suspended; nobody changes it before this transaction ends. */
export async function lockStanding(tx: Transaction, id: AccountId) {
  const [row] = await lockedStanding(tx, { id });
  return row;
}

const accountByUsername = statement({ username: accounts.username }, (qb, { username }) =>
  qb.select(accountColumns).from(accounts).where(eq(accounts.username, username)),
);

export async function findAccountByUsername(db: Sql, username: string) {
  const [account] = await accountByUsername(db, { username });
  return account;
}

const accountsAfter = statement({ after: accounts.username, limit: number }, (qb, { after, limit }) =>
  qb
    .select(accountColumns)
    .from(accounts)
    .where(gt(accounts.username, after))
    .orderBy(asc(accounts.username))
    .limit(limit),
);

/** Accounts in the order of their usernames, from the one behind `after` on. */
export const listAccountsByUsername = (db: Sql, after: string, limit: number) => accountsAfter(db, { after, limit });

const stateById = statement({ id: accounts.id }, (qb, { id }) =>
  qb.select({ state: accounts.state }).from(accounts).where(eq(accounts.id, id)),
);

/** Moves an account from state to state, unless it stands elsewhere. */
export const moveAccount = mover<AccountState>(accounts, { id: accounts.id, state: accounts.state });

/** The same for operators alone: anyone else's account is not there. */
export const moveOperator = mover<AccountState>(accounts, {
  id: accounts.id,
  state: accounts.state,
  among: eq(accounts.isOperator, true),
});

const heldAccount = sharingStatement({ id: accounts.id }, (qb, { id }) =>
  qb.select({ state: accounts.state, displayName: accounts.displayName }).from(accounts).where(eq(accounts.id, id)),
);

/** How an account stands, which nobody changes before this transaction ends. */
export async function holdAccount(tx: Transaction, id: AccountId) {
  const [account] = await heldAccount(tx, { id });
  return account;
}

const takenAccount = lockingStatement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({ state: accounts.state, displayName: accounts.displayName })
    .from(accounts)
    .where(eq(accounts.id, id))
    .for('update'),
);

/** The same for whoever is going to change it: nobody else holds it meanwhile. */
export async function takeAccount(tx: Transaction, id: AccountId) {
  const [account] = await takenAccount(tx, { id });
  return account;
}

export async function findAccountState(db: Sql, id: AccountId) {
  const [row] = await stateById(db, { id });
  return row?.state;
}

/** Changes what an account says of itself, at one of these versions, or at any. False where it is at another. */
export async function updateProfile(
  tx: Transaction,
  id: AccountId,
  set: Partial<Pick<NewAccount, 'displayName' | 'language'>>,
  versions: readonly number[] | undefined,
): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(accounts)
    .set({ ...set, version: sql`${accounts.version} + 1` })
    .where(and(eq(accounts.id, id), versions && inArray(accounts.version, [...versions])));
  return affectedRows === 1;
}

const anyoneNamed = statement({ username: accounts.username }, (qb, { username }) =>
  qb.select({ id: accounts.id }).from(accounts).where(eq(accounts.username, username)),
);

export async function isUsernameTaken(db: Sql, username: string): Promise<boolean> {
  return (await anyoneNamed(db, { username })).length > 0;
}
