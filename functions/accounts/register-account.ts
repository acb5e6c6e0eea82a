import { z } from '@hono/zod-openapi';
import { insertAccount } from '../../db/accounts.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { AccountId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { line, prose } from '../http/fields.ts';
import { json } from '../http/json-body.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { accountSchema } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { businessNumber, personFields } from './fields.ts';
import { checkPassword, password } from './password-policy.ts';

const person = { ...personFields, password };
const operator = { ...person, introduction: prose(2000).default(''), serviceArea: line(100) };

export const registration = z
  .discriminatedUnion('role', [
    z.strictObject({ role: z.literal('customer'), ...person }),
    z.strictObject({ role: z.literal('driver'), ...operator }),
    z.strictObject({
      role: z.literal('company'),
      ...operator,
      businessNumber,
      address: line(200),
      fleetSize: z.int().min(1).max(10_000),
    }),
  ])
  .superRefine(checkPassword)
  .openapi('Registration');

export type Registration = z.infer<typeof registration>;

/**
 * Opens an account: a customer's is active at once, an operator's waits for an admin. Problems: `username_taken`,
 * `email_taken`, `phone_taken`.
 */
export async function registerAccount(ports: Ports, input: Registration): Promise<Account> {
  const { password: secret, ...rest } = input;
  const account = {
    id: ports.newId<AccountId>(),
    role: rest.role,
    state: rest.role === 'customer' ? ('active' as const) : ('pending' as const),
    username: rest.username,
    email: rest.email,
    phone: rest.phone,
    displayName: rest.displayName,
    createdAt: toInstant(ports.clock.now()),
  };
  const passwordHash = await ports.passwords.hash(secret);
  const taken = await transaction(ports.db, (tx) =>
    insertAccount(
      tx,
      { ...account, passwordHash },
      rest.role === 'customer'
        ? undefined
        : {
            introduction: rest.introduction,
            serviceArea: rest.serviceArea,
            ...(rest.role === 'company' && {
              businessNumber: rest.businessNumber,
              address: rest.address,
              fleetSize: rest.fleetSize,
            }),
          },
    ),
  );
  if (taken) throw new Problem(`${taken}_taken`);
  return account;
}

export const registerAccountEndpoint = endpoint({
  name: 'registerAccount',
  access: 'public',
  budget: 4,
  problems: ['username_taken', 'email_taken', 'phone_taken', 'too_many_requests'],
  method: 'post',
  path: '/v1/accounts',
  tags: ['accounts'],
  summary: 'Register a customer, a driver or a company',
  request: { body: json(registration) },
  answers: { 201: { description: 'The new account', body: accountSchema } },
  handle: async ({ ports, actor, body }) => {
    await limitByAddress(ports, actor, 'register', { attempts: 30, seconds: 3600 });
    return registerAccount(ports, body);
  },
});
