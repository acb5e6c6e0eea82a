import { and, asc, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { accountStates } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operatorRegions, operators } from '../schema/operators.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { mover } from './engine/move.ts';
import { listOf, lockingStatement, number, sharingStatement, statement } from './engine/statement.ts';
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

const withPassword = { ...accountColumns, passwordHash: accounts.passwordHash };

const credentialsByUsername = statement({ name: accounts.username }, (qb, { name }) =>
  qb.select(withPassword).from(accounts).where(eq(accounts.username, name)),
);
const credentialsByEmail = statement({ name: accounts.email }, (qb, { name }) =>
  qb
    .select(withPassword)
    .from(accounts)
    .where(and(eq(accounts.email, name), isNotNull(accounts.emailVerifiedAt))),
);
const credentialsByPhone = statement({ name: accounts.phone }, (qb, { name }) =>
  qb
    .select(withPassword)
    .from(accounts)
    .where(and(eq(accounts.phone, name), isNotNull(accounts.phoneVerifiedAt))),
);

/**
 * The account that somebody logs in to with this name (`logInName` of functions/accounts/fields.ts), with its password hash: by its
 * username, or by an address or a number that is proven.
 */
export async function findCredentials(db: Sql, name: string) {
  const find = name.includes('@')
    ? credentialsByEmail
    : name.startsWith('+')
      ? credentialsByPhone
      : credentialsByUsername;
  const [account] = await find(db, { name });
  return account;
}

const credentialsById = statement({ id: accounts.id }, (qb, { id }) =>
  qb.select(withPassword).from(accounts).where(eq(accounts.id, id)),
);

/** The same of an account that is known. */
export async function findCredentialsOf(db: Sql, id: AccountId) {
  const [account] = await credentialsById(db, { id });
  return account;
}

const accountByEmail = statement({ contact: accounts.email }, (qb, { contact }) =>
  qb.select(accountColumns).from(accounts).where(eq(accounts.email, contact)),
);
const accountByPhone = statement({ contact: accounts.phone }, (qb, { contact }) =>
  qb.select(accountColumns).from(accounts).where(eq(accounts.phone, contact)),
);

/** The account that is reached at this address or number, proven or not. */
export async function findAccountByContact(db: Sql, contact: string) {
  const [account] = await (contact.includes('@') ? accountByEmail : accountByPhone)(db, { contact });
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

const contactsByIds = statement({ ids: listOf(accounts.id) }, (qb, { ids }) =>
  qb
    .select({
      id: accounts.id,
      email: accounts.email,
      phone: accounts.phone,
      language: accounts.language,
      decisionReason: accounts.decisionReason,
    })
    .from(accounts)
    .where(sql`${accounts.id} in ${ids}`),
);

/** Where people are reached outside the product, in which language, and why an admin decided on them as they stand, by their ids; `ids` are not empty. */
export async function findContacts(db: Sql, ids: readonly AccountId[]) {
  const rows = await contactsByIds(db, { ids });
  return new Map(rows.map(({ id, ...contact }) => [id, contact]));
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

/** Where somebody is reached outside the product: the columns of an e-mail address, or of a number. */
const reachedBy = (contact: string) =>
  contact.includes('@')
    ? ({ value: 'email', proof: 'emailVerifiedAt' } as const)
    : ({ value: 'phone', proof: 'phoneVerifiedAt' } as const);

/** Writes down that the address or the number of an account is proven, unless it was before, or is another one by now. */
export async function proveContact(tx: Transaction, id: AccountId, contact: string, at: string): Promise<void> {
  const { value, proof } = reachedBy(contact);
  await tx
    .update(accounts)
    .set({ [proof]: at })
    .where(and(eq(accounts.id, id), eq(accounts[value], contact), isNull(accounts[proof])));
}

/** Gives an account an address or a number that is proven; false where somebody else has it. */
export async function setContact(tx: Transaction, id: AccountId, contact: string, at: string): Promise<boolean> {
  const { value, proof } = reachedBy(contact);
  try {
    await tx
      .update(accounts)
      .set({ [value]: contact, [proof]: at, version: sql`${accounts.version} + 1` })
      .where(eq(accounts.id, id));
    return true;
  } catch (error) {
    const index = duplicateIndex(error);
    if (index === 'accounts_email' || index === 'accounts_phone') return false;
    throw error;
  }
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
