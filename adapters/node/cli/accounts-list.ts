import { listAccountsByUsername } from '../../../db/accounts.ts';
import type { Database } from '../../../db/engine/client.ts';
import type { Account } from '../../../functions/accounts/account-schema.ts';
import { accountRoles, accountStates } from '../../../schema/accounts.ts';
import { Option } from 'commander';
import { readConfig } from '../config.ts';
import { StartFault } from '../start-fault.ts';
import { describeAccount } from './accounts-named.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { withDatabase } from './with-database.ts';

/** Accounts that are read with one statement. */
const pageSize = 500;

interface Options {
  role?: string;
  state?: string;
  after?: string;
  limit: string;
}

export const addAccountsList: AddCommand = (group, context) => {
  const command = group
    .command('list')
    .description('lists accounts in the order of their usernames')
    .addOption(new Option('--role <role>', 'only of this role').choices(accountRoles))
    .addOption(new Option('--state <state>', 'only in this state').choices(accountStates))
    .option('--after <username>', 'from the one behind this on')
    .option('--limit <number>', 'so many at most', '50');
  answering<Options>(command, context, async (options) => {
    if (!/^[1-9]\d{0,5}$/u.test(options.limit)) throw new StartFault(['--limit: expected a number from 1 on']);
    const found = await withDatabase(readConfig(context.environment).database, (db) => find(db, options));
    return { text: found.length === 0 ? 'There is none.' : found.map(describeAccount), json: { accounts: found } };
  });
};

async function find(db: Database, { role, state, after = '', limit }: Options): Promise<Account[]> {
  const found: Account[] = [];
  for (let from = after; ;) {
    const page: Account[] = await listAccountsByUsername(db, from, pageSize);
    for (const account of page) {
      if ((role ?? account.role) === account.role && (state ?? account.state) === account.state) found.push(account);
      if (found.length === Number(limit)) return found;
    }
    if (page.length < pageSize) return found;
    from = page.at(-1)?.username ?? '';
  }
}
