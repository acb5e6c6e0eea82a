import { adminInput, createAdmin } from '../../../functions/accounts/create-admin.ts';
import { fieldErrors } from '../../../functions/http/validation.ts';
import { createNodePasswords } from '../node-passwords.ts';
import { readConfig } from '../config.ts';
import { StartFault } from '../start-fault.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { readPassword } from './read-password.ts';
import { changePorts, withDatabase } from './with-database.ts';

interface Options {
  username: string;
  email: string;
  phone: string;
  name: string;
}

export const addCreateAdmin: AddCommand = (group, context) => {
  const command = group
    .command('create-admin')
    .description('makes an admin; the password comes on standard input')
    .requiredOption('--username <name>', 'what the admin logs in with')
    .requiredOption('--email <address>')
    .requiredOption('--phone <number>', 'a Korean mobile number, such as 010-1234-5678')
    .requiredOption('--name <name>', 'the name that others see');
  answering<Options>(command, context, async ({ username, email, phone, name }) => {
    const sent = { username, email, phone, displayName: name, password: await readPassword(context.stdin) };
    const input = adminInput.safeParse(sent);
    if (!input.success) {
      const errors = input.error.issues.flatMap((issue) => fieldErrors(issue, sent, 'en'));
      throw new StartFault(errors.map(({ pointer, detail }) => `${sourceOf(pointer)}: ${detail}`));
    }
    const { database, passwordCost } = readConfig(context.environment);
    const admin = await withDatabase(database, (db) =>
      createAdmin({ ...changePorts(db), passwords: createNodePasswords(passwordCost) }, input.data),
    );
    return { text: `${admin.username} is an admin now (${admin.id}).`, json: admin };
  });
};

/** Where a value that is wrong came from. */
function sourceOf(pointer: string): string {
  if (pointer === '/password') return 'the password on standard input';
  return `--${pointer.slice(1).replace('displayName', 'name')}`;
}
