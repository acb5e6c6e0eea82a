import { addCreateAdmin } from './accounts-create-admin.ts';
import type { AddCommand } from './command.ts';

/** What is done to one account each. */
const commands: readonly AddCommand[] = [addCreateAdmin];

export const addAccounts: AddCommand = (program, context) => {
  const group = program.command('accounts').description('lists, makes and changes accounts');
  for (const add of commands) add(group, context);
};
