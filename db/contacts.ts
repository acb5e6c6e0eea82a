import { and, eq, isNull, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { accountColumns } from './accounts.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { listOf, statement } from './engine/statement.ts';

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

/** Puts a password's hash in the place of whichever there is, where the account is still reached at this address or number; else false. */
export async function setPasswordOfReached(
  tx: Transaction,
  id: AccountId,
  contact: string,
  hash: string,
): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(accounts)
    .set({ passwordHash: hash })
    .where(and(eq(accounts.id, id), eq(accounts[reachedBy(contact).value], contact)));
  return affectedRows === 1;
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
