import { readConfig } from '../config.ts';
import { accountNamed } from './accounts-named.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { withDatabase } from './with-database.ts';

export const addAccountsShow: AddCommand = (group, context) => {
  const command = group
    .command('show')
    .description('shows what is known of one account')
    .argument('<account>', 'its username, or its id');
  answering(command, context, async (_options, name = '') => {
    const account = await withDatabase(readConfig(context.environment).database, (db) => accountNamed(db, name));
    return {
      text: Object.entries(account).map(([field, value]) => `${field.padEnd(12)}  ${value}`),
      json: account,
    };
  });
};
