import { z } from '@hono/zod-openapi';
import { insertAccount } from '../../db/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { line } from '../http/fields.ts';
import { Problem } from '../http/problems.ts';
import { acrossFields } from '../http/validation.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { newAccount } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { personFields } from './fields.ts';
import { checkPassword, password } from './password-policy.ts';
import type { ChangePorts } from '../changes/change.ts';
import { change } from '../changes/change.ts';

/** An admin does speak for the market: the name is free. */
export const adminInput = z
  .strictObject({ ...personFields, displayName: line(40), password })
  .superRefine(acrossFields(checkPassword));

/**
 * Opens an admin's account. No route leads here: whoever runs the servers makes admins (`kingbus accounts create-admin`).
 * Problems: `username_taken`, `email_taken`, `phone_taken`.
 */
export async function createAdmin(
  ports: ChangePorts & Pick<Ports, 'passwords'>,
  { password: secret, username, email, phone, displayName }: z.infer<typeof adminInput>,
): Promise<Account> {
  const account = {
    id: ports.newId<AccountId>(),
    role: 'admin' as const,
    state: 'active' as const,
    username,
    email,
    phone,
    displayName,
    createdAt: toInstant(ports.clock.now()),
  };
  const passwordHash = await ports.passwords.hash(secret);
  const taken = await change(ports, { kind: 'console' }, async (tx, record) => {
    const found = await insertAccount(tx, { ...account, passwordHash }, undefined);
    if (found === undefined) record.audit({ kind: 'account', id: account.id }, 'register', { role: account.role });
    return found;
  });
  if (taken) throw new Problem(`${taken}_taken`);
  return { ...account, ...newAccount };
}
