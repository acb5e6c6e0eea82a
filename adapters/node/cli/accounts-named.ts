import { findAccount, findAccountByUsername } from '../../../db/accounts.ts';
import type { Sql } from '../../../db/engine/client.ts';
import type { Account } from '../../../functions/accounts/account-schema.ts';
import type { AccountId } from '../../../schema/ids.ts';
import { StartFault } from '../start-fault.ts';

/** The account of a username or an id, as it was typed. */
export async function accountNamed(db: Sql, name: string): Promise<Account & { id: AccountId }> {
  const isId = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/iu.test(name);
  const account = isId
    ? await findAccount(db, name.toLowerCase() as AccountId)
    : await findAccountByUsername(db, name.trim().toLowerCase());
  if (account === undefined) throw new StartFault(['there is no such account: kingbus accounts list']);
  return account;
}

/** One line about an account. Whoever reads the terminal needs to tell people apart, not to write to them. */
export const describeAccount = ({ username, role, state, id, createdAt }: Account): string =>
  `${username.padEnd(24)}  ${role.padEnd(8)}  ${state.padEnd(9)}  ${createdAt.slice(0, 10)}  ${id}`;
