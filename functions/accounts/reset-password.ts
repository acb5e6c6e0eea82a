import { z } from '@hono/zod-openapi';
import { findAccount } from '../../db/accounts.ts';
import { setPasswordHash } from '../../db/credentials.ts';
import type { AccountId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import { Problem } from '../http/problems.ts';
import { isRule } from '../http/rules.ts';
import { acrossFields, ruleProblem } from '../http/validation.ts';
import type { Actor } from '../identity/actor.ts';
import { lockOut } from '../identity/lock-out.ts';
import type { Ports } from '../ports.ts';
import type { Account } from './account-schema.ts';
import { checkPassword, password } from './password-policy.ts';

/** A password for an account: what the account is known by is no password. */
export const passwordFor = ({ username, email, phone, displayName }: Account) =>
  z
    .object({ password })
    .transform((input) => Object.assign(input, { username, email, phone, displayName }))
    .superRefine(acrossFields(checkPassword));

/** Says whether an account takes this for its password. Problem: `validation_failed`, at `pointer`. */
export function checkNewPassword(account: Account, secret: string, pointer: string): void {
  const [issue] = passwordFor(account).safeParse({ password: secret }).error?.issues ?? [];
  if (issue === undefined) return;
  const name: unknown = issue.code === 'custom' ? issue.params?.['rule'] : undefined;
  throw isRule(name) ? ruleProblem(pointer, name) : new Problem('validation_failed');
}

/**
 * Gives an account another password, and ends all of its sessions and keys: whoever knew the old one is out. No route leads here: whoever runs
 * the servers does it for somebody whom they know (`kingbus accounts reset-password`). Problem: `not_found`.
 *
 * @param secret one that `passwordFor` the account takes
 */
export async function resetPassword(
  ports: ChangePorts & Pick<Ports, 'passwords'>,
  actor: Actor,
  accountId: AccountId,
  secret: string,
): Promise<Account> {
  const account = await findAccount(ports.db, accountId);
  if (!account) throw new Problem('not_found');
  const hash = await ports.passwords.hash(secret);
  await change(ports, actor, async (tx, record) => {
    await setPasswordHash(tx, accountId, hash);
    record.audit({ kind: 'account', id: accountId }, 'reset_password');
    await lockOut(tx, record, accountId);
  });
  return account;
}
