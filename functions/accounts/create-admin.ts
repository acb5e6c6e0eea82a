import { z } from '@hono/zod-openapi';
import { insertAccount } from '../../db/accounts.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import type { Account } from './account-schema.ts';
import { personFields } from './fields.ts';
import { checkPassword, password } from './password-policy.ts';

export const adminInput = z.strictObject({ ...personFields, password }).superRefine(checkPassword);

/**
 * Opens an admin's account. No route leads here: whoever runs the servers makes admins (adapters/node/create-admin.ts).
 * Problems: `username_taken`, `email_taken`, `phone_taken`.
 */
export async function createAdmin(
  { db, passwords, clock, newId }: Pick<Ports, 'db' | 'passwords' | 'clock' | 'newId'>,
  { password: secret, ...person }: z.infer<typeof adminInput>,
): Promise<Account> {
  const account = {
    ...person,
    id: newId<AccountId>(),
    role: 'admin' as const,
    state: 'active' as const,
    createdAt: toInstant(clock.now()),
  };
  const passwordHash = await passwords.hash(secret);
  const taken = await transaction(db, (tx) => insertAccount(tx, { ...account, passwordHash }, undefined));
  if (taken) throw new Problem(`${taken}_taken`);
  return account;
}
