import { findAccount } from '../../db/accounts.ts';
import { endSessionsOfAccount } from '../../db/sessions.ts';
import type { AccountId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import { Problem } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';

/** Ends all sessions of an account, whose sockets close; it may log in again. Gives how many there were. Problem: `not_found`. */
export async function endSessions(ports: ChangePorts, actor: Actor, accountId: AccountId): Promise<number> {
  return change(ports, actor, async (tx, record) => {
    if (!(await findAccount(tx, accountId))) throw new Problem('not_found');
    const ended = await endSessionsOfAccount(tx, accountId, record.at);
    record.audit({ kind: 'account', id: accountId }, 'end_sessions', { sessions: ended.length });
    record.sessionsEnded(accountId, ended);
    return ended.length;
  });
}
