import { findAccount } from '../../db/accounts.ts';
import { setContact } from '../../db/contacts.ts';
import { lockCredentials } from '../../db/credentials.ts';
import { change } from '../changes/change.ts';
import { checkCode, takeCode } from '../codes/check-code.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import type { Account } from './account-schema.ts';
import { noticeChannelOf } from './fields.ts';

/**
 * Gives the caller an e-mail address or a number that a code has proven to be theirs; what they had until now is told. The same one
 * again proves it. Problems: `invalid_code`, `email_taken`, `phone_taken`, `wrong_password` where it was changed meanwhile.
 *
 * @param passwordHash of the password that was confirmed
 */
export async function changeContact(
  ports: Ports,
  actor: AccountActor,
  { value, code: given, was, passwordHash }: { value: string; code: string; was: string | null; passwordHash: string },
): Promise<Account> {
  const { accountId } = actor;
  const channel = noticeChannelOf(value);
  const right = await checkCode(ports, { purpose: 'change', target: value, code: given, accountId });
  return change(
    ports,
    actor,
    async (tx, record) => {
      if ((await lockCredentials(tx, accountId))?.passwordHash !== passwordHash) throw new Problem('wrong_password');
      await takeCode(tx, right, record.at);
      const isSet = await setContact(tx, accountId, value, record.at);
      if (!isSet) throw new Problem(channel === 'email' ? 'email_taken' : 'phone_taken');
      record.audit({ kind: 'account', id: accountId }, channel === 'email' ? 'change_email' : 'change_phone');
      if (was !== null && was !== value) record.inform(accountId, [channel], { event: 'credentials_changed' }, was);
      const account = await findAccount(tx, accountId);
      if (account === undefined) throw new Problem('unauthenticated');
      return account;
    },
    { changesActor: true },
  );
}
