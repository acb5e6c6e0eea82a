import { restoreAccount } from '../../../functions/accounts/restore-account.ts';
import { suspendAccount, suspensionReason } from '../../../functions/quotes/suspend-account.ts';
import type { Account } from '../../../functions/accounts/account-schema.ts';
import type { ChangePorts } from '../../../functions/changes/change.ts';
import type { ConsoleActor } from '../../../functions/identity/actor.ts';
import { Problem } from '../../../functions/http/problems.ts';
import { activateOperator } from '../../../functions/operators/activate-operator.ts';
import { endSessions } from '../../../functions/sessions/end-sessions.ts';
import type { AccountId } from '../../../schema/ids.ts';
import { readConfig } from '../config.ts';
import { StartFault } from '../start-fault.ts';
import { accountNamed } from './accounts-named.ts';
import { answering } from './command.ts';
import type { AddCommand } from './command.ts';
import { changePorts, withDatabase } from './with-database.ts';

/** Whoever runs the servers. */
const actor: ConsoleActor = { kind: 'console' };

/** A command that does something to one account, and says what came of it. */
function changing(
  name: string,
  description: string,
  work: (ports: ChangePorts, account: Account & { id: AccountId }) => Promise<{ text: string; json: object }>,
): AddCommand {
  return (group, context) => {
    const command = group.command(name).description(description).argument('<account>', 'its username, or its id');
    answering(command, context, (_options, named = '') =>
      withDatabase(readConfig(context.environment).database, async (db) =>
        work(changePorts(db), await accountNamed(db, named)),
      ),
    );
  };
}

export const addSuspend: AddCommand = (group, context) => {
  const command = group
    .command('suspend')
    .description('shuts an account out, ends its sessions, and withdraws its open quotes')
    .argument('<account>', 'its username, or its id')
    .option('--reason <text>', 'why: it is told so by mail');
  answering<{ reason?: string }>(command, context, ({ reason }, named = '') =>
    withDatabase(readConfig(context.environment).database, async (db) => {
      const why = reason === undefined ? undefined : suspensionReason.safeParse(reason);
      if (why?.success === false) throw new StartFault(['--reason: expected a line of up to 500 characters']);
      const account = await suspendAccount(changePorts(db), actor, (await accountNamed(db, named)).id, why?.data);
      return { text: `${account.username} is suspended.`, json: account };
    }),
  );
};

export const addActivate: AddCommand = (group, context) => {
  const command = group
    .command('activate')
    .description('verifies an operator that waits for it')
    .argument('<account>', 'its username, or its id')
    .option('--override', 'in spite of what is missing, such as a carrier; the audit names it');
  answering<{ override?: true }>(command, context, (options, named = '') =>
    withDatabase(readConfig(context.environment).database, async (db) => {
      const { id } = await accountNamed(db, named);
      try {
        const account = await activateOperator(changePorts(db), actor, id, options);
        return { text: `${account.username} is active.`, json: account };
      } catch (error) {
        if (error instanceof Problem && error.code === 'activation_incomplete')
          throw new StartFault([`${named} lacks what a verification needs: ${missingIn(error)} (--override)`]);
        throw error;
      }
    }),
  );
};

const missingIn = ({ extras: { errors = [] } }: Problem): string =>
  errors.map(({ pointer }) => pointer.slice(1)).join(', ');

export const addRestoreAccount = changing('restore', 'lifts a suspension', async (ports, { id }) => {
  const account = await restoreAccount(ports, actor, id);
  return { text: `${account.username} is ${account.state} again.`, json: account };
});

export const addLogOut = changing(
  'log-out',
  'ends all sessions of an account; it may log in again',
  async (ports, { id, username }) => {
    const sessions = await endSessions(ports, actor, id);
    return { text: `${username}: ${sessions} sessions have ended.`, json: { id, username, sessions } };
  },
);
