import { and, eq, isNotNull, or } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { accountColumns } from './accounts.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { lockingStatement, statement } from './engine/statement.ts';

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
const credentialsByPhone = statement({ name: accounts.phone, username: accounts.username }, (qb, { name, username }) =>
  qb
    .select(withPassword)
    .from(accounts)
    .where(or(and(eq(accounts.phone, name), isNotNull(accounts.phoneVerifiedAt)), eq(accounts.username, username))),
);

/**
 * The account that somebody logs in to with this name (`logInName` of functions/accounts/fields.ts), with its password hash: by its
 * username, or by an address or a number that is proven. A number may be a username, too, of before such were refused: then it is that,
 * unless somebody has proven it.
 */
export async function findCredentials(db: Sql, name: string) {
  if (name.includes('@')) return (await credentialsByEmail(db, { name }))[0];
  if (!name.startsWith('+82')) return (await credentialsByUsername(db, { name }))[0];
  const found = await credentialsByPhone(db, { name, username: `0${name.slice(3)}` });
  return found.find(({ phone, phoneVerified }) => phone === name && phoneVerified) ?? found[0];
}

const credentialsById = statement({ id: accounts.id }, (qb, { id }) =>
  qb.select(withPassword).from(accounts).where(eq(accounts.id, id)),
);

/** The same of an account that is known. */
export async function findCredentialsOf(db: Sql, id: AccountId) {
  const [account] = await credentialsById(db, { id });
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
