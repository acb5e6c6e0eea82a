import { and, asc, eq, gt } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { accountStates } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operators } from '../schema/operators.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { mover } from './engine/move.ts';
import { lockingStatement, number, sharingStatement, statement } from './engine/statement.ts';
import { insertRow } from './engine/write.ts';
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
};

type NewAccount = typeof accounts.$inferInsert;
type NewOperator = Omit<typeof operators.$inferInsert, 'accountId'>;

/** Adds an account, with its operator profile where it has one; or says which unique value is taken. */
export async function insertAccount<Account extends NewAccount, Operator extends NewOperator>(
  tx: Transaction,
  account: Exactly<NewAccount, Account>,
  operator: Exactly<NewOperator, Operator> | undefined,
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

const lockedCredentials = lockingStatement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({ state: accounts.state, passwordHash: accounts.passwordHash })
    .from(accounts)
    .where(eq(accounts.id, id))
    .for('update'),
);

/** The state and the password hash of an account, which nobody changes before this transaction ends. */
export async function lockCredentials(tx: Transaction, id: AccountId) {
  const [row] = await lockedCredentials(tx, { id });
  return row;
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

/** Puts a new hash in the place of `old`; nothing where the hash is another one by now. */
export async function updatePasswordHash(tx: Transaction, id: AccountId, old: string, hash: string): Promise<void> {
  await tx
    .update(accounts)
    .set({ passwordHash: hash })
    .where(and(eq(accounts.id, id), eq(accounts.passwordHash, old)));
}

/** Puts a hash in the place of whichever there is. */
export async function setPasswordHash(tx: Transaction, id: AccountId, hash: string): Promise<void> {
  await tx.update(accounts).set({ passwordHash: hash }).where(eq(accounts.id, id));
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

const contactById = statement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({ email: accounts.email, phone: accounts.phone, language: accounts.language })
    .from(accounts)
    .where(eq(accounts.id, id)),
);

/** Where somebody is reached outside the product, and in which language. */
export async function findContact(db: Sql, id: AccountId) {
  const [contact] = await contactById(db, { id });
  return contact;
}

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
