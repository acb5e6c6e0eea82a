import { restoreAccount } from '../../../functions/accounts/restore-account.ts';
import { suspendAccount } from '../../../functions/quotes/suspend-account.ts';
import type { Account } from '../../../functions/accounts/account-schema.ts';
import type { ChangePorts } from '../../../functions/changes/change.ts';
import type { ConsoleActor } from '../../../functions/identity/actor.ts';
import { endSessions } from '../../../functions/sessions/end-sessions.ts';
import type { AccountId } from '../../../schema/ids.ts';
import { readConfig } from '../config.ts';
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

export const addSuspend = changing('suspend', 'shuts an account out, and ends its sessions', async (ports, { id }) => {
  const account = await suspendAccount(ports, actor, id);
  return { text: `${account.username} is suspended.`, json: account };
});

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
