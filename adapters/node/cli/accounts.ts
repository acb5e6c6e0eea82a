import { addActivate, addLogOut, addRestoreAccount, addSuspend } from './accounts-change.ts';
import { addCreateAdmin } from './accounts-create-admin.ts';
import { addAccountsList } from './accounts-list.ts';
import { addResetPassword } from './accounts-reset-password.ts';
import { addAccountsShow } from './accounts-show.ts';
import type { AddCommand } from './command.ts';

const commands: readonly AddCommand[] = [
  addAccountsList,
  addAccountsShow,
  addCreateAdmin,
  addResetPassword,
  addActivate,
  addSuspend,
  addRestoreAccount,
  addLogOut,
];

export const addAccounts: AddCommand = (program, context) => {
  const group = program.command('accounts').description('lists, makes and changes accounts');
  for (const add of commands) add(group, context);
};
