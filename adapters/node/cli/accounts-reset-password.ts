import { passwordFor, resetPassword } from '../../../functions/accounts/reset-password.ts';
import { fieldErrors } from '../../../functions/http/validation.ts';
import { createNodePasswords } from '../node-passwords.ts';
import { readConfig } from '../config.ts';
import { StartFault } from '../start-fault.ts';
import { accountNamed } from './accounts-named.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { readPassword } from './read-password.ts';
import { changePorts, withDatabase } from './with-database.ts';

export const addResetPassword: AddCommand = (group, context) => {
  const command = group
    .command('reset-password')
    .description('gives an account another password, and ends its sessions; the password comes on standard input')
    .argument('<account>', 'its username, or its id');
  answering(command, context, async (_options, named = '') => {
    const { database, passwordCost } = readConfig(context.environment);
    const sent = { password: await readPassword(context.stdin) };
    return withDatabase(database, async (db) => {
      const account = await accountNamed(db, named);
      const input = passwordFor(account).safeParse(sent);
      if (!input.success) {
        const errors = input.error.issues.flatMap((issue) => fieldErrors(issue, sent, 'en'));
        throw new StartFault(errors.map(({ detail }) => `the password on standard input: ${detail}`));
      }
      const ports = { ...changePorts(db), passwords: createNodePasswords(passwordCost) };
      await resetPassword(ports, { kind: 'console' }, account.id, input.data.password);
      const { id, username } = account;
      return { text: `${username} has another password; its sessions have ended.`, json: { id, username } };
    });
  });
};
