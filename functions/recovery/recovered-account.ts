import { findAccount } from '../../db/accounts.ts';
import type { CodePurpose } from '../../db/codes.ts';
import type { AccountId } from '../../schema/ids.ts';
import type { Account } from '../accounts/account-schema.ts';
import { noticeChannelOf } from '../accounts/fields.ts';
import { checkCode } from '../codes/check-code.ts';
import type { RightCode } from '../codes/check-code.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';

/** What a recovery may be asked for from one network in an hour; each code has its own few tries beside. */
export const recoveriesFromOneNetwork = { attempts: 30, seconds: 3600 } as const;

/**
 * The account that a code found, if it is still reached where the code went. Problem: `invalid_code`, also where there was none: a code
 * that nobody was sent opens nothing.
 */
export async function findRecovered(
  ports: Ports,
  asked: { purpose: CodePurpose; target: string; code: string },
): Promise<{ code: RightCode; account: Account & { id: AccountId } }> {
  const code = await checkCode(ports, asked);
  const account = code.accountId === null ? undefined : await findAccount(ports.db, code.accountId);
  const reached = noticeChannelOf(asked.target) === 'email' ? account?.email : account?.phone;
  if (account === undefined || account.role === 'admin' || reached !== asked.target) throw new Problem('invalid_code');
  return { code, account };
}
