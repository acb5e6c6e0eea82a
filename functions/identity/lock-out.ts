import { revokeKeysOf } from '../../db/api-keys.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { endSessionsOfAccount } from '../../db/sessions.ts';
import type { AccountId, SessionId } from '../../schema/ids.ts';
import type { Recorder } from '../changes/recorder.ts';

/**
 * Ends whatever opens an account, in a change that gives it another password: its sessions, and its keys for programs, which whoever
 * knew the old one may have made. Their sockets close.
 */
export async function lockOut(tx: Transaction, record: Recorder, accountId: AccountId): Promise<void> {
  const sessionIds = await endSessionsOfAccount(tx, accountId, record.at);
  const keyIds = await revokeKeysOf(tx, accountId, record.at);
  for (const id of keyIds) record.audit({ kind: 'api_key', id }, 'revoke');
  record.sessionsEnded(accountId, [...sessionIds, ...(keyIds as string[] as SessionId[])]);
}
