import { z } from '@hono/zod-openapi';
import { findCredentials, insertAccount } from '../../db/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { endpoint, withStatus } from '../http/endpoint.ts';
import { distinct, line, prose } from '../http/fields.ts';
import { json } from '../http/json-body.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import { Problem } from '../http/problems.ts';
import { acrossFields } from '../http/validation.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { accountSchema } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { businessNumber, personFields } from './fields.ts';
import { checkPassword, password } from './password-policy.ts';
import { allowGuess, settle } from '../identity/guesses.ts';
import type { Actor } from '../identity/actor.ts';
import { change } from '../changes/change.ts';
import { newCompanyCode } from '../text/company-code.ts';
import { regionCodes } from '../text/regions.ts';
import { placeOf } from '../security/security-events.ts';

const person = { ...personFields, password };
const operator = {
  ...person,
  introduction: prose(2000).default(''),
  serviceArea: line(100),
  regions: distinct(regionCodes).optional().openapi({ description: 'Codes of GET /v1/regions.' }),
};

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
  .superRefine(acrossFields(checkPassword))
  .openapi('Registration');

export type Registration = z.infer<typeof registration>;

/**
 * Opens an account: a customer's is active at once, an operator's waits for an admin. Asked again with the very same person and
 * password, it gives the account that is there: `created` is false. Problems: `username_taken`, `email_taken`, `phone_taken`.
 *
 * @param whileWanted see `Passwords`
 */
export async function registerAccount(
  ports: Ports,
  actor: Actor,
  input: Registration,
  whileWanted?: AbortSignal,
): Promise<{ account: Account; created: boolean }> {
  const account = {
    id: ports.newId<AccountId>(),
    role: input.role,
    state: input.role === 'customer' ? ('active' as const) : ('pending' as const),
    username: input.username,
    email: input.email,
    phone: input.phone,
    displayName: input.displayName,
    createdAt: toInstant(ports.clock.now()),
  };
  const passwordHash = await ports.passwords.hash(input.password, whileWanted);
  const taken = await change(ports, actor, async (tx, record) => {
    const found = await insertAccount(tx, { ...account, passwordHash }, operatorOf(input), regionsOf(input));
    if (found === undefined) record.audit({ kind: 'account', id: account.id }, 'register', { role: account.role });
    return found;
  });
  if (taken === undefined) return { account, created: true };
  const standing = await findOwnRegistration(ports, actor, account, input.password);
  if (standing === undefined) throw new Problem(`${taken}_taken`);
  return { account: standing, created: false };
}

/** What an operator registers with, beside what everyone does. */
function operatorOf(input: Registration) {
  if (input.role === 'customer') return undefined;
  const { introduction, serviceArea } = input;
  if (input.role === 'driver') return { introduction, serviceArea };
  const { businessNumber, address, fleetSize } = input;
  return { introduction, serviceArea, businessNumber, address, fleetSize, companyCode: newCompanyCode() };
}

const regionsOf = (input: Registration): readonly string[] => (input.role === 'customer' ? [] : (input.regions ?? []));

/** The account that the same person opened before, whose answer may have been lost; undefined for anyone else. */
async function findOwnRegistration(
  ports: Ports,
  actor: Actor,
  wanted: Account,
  secret: string,
): Promise<Account | undefined> {
  const found = await findCredentials(ports.db, wanted.username);
  if (found === undefined) return undefined;
  const { passwordHash, ...account } = found;
  const same = (['role', 'email', 'phone', 'displayName'] as const).every((name) => account[name] === wanted[name]);
  if (!same) return undefined;
  // It is answered by its password: nobody guesses that here either, one limit for both.
  const address = actor.kind === 'visitor' ? actor.address : actor.kind;
  const place = { ...placeOf(actor), address, device: undefined };
  const guess = await allowGuess(ports, { username: wanted.username, ...place }, async () => false);
  const { valid } = await settle(guess, ports.passwords.verify(secret, passwordHash), (found) => found.valid);
  return valid ? account : undefined;
}

export const registerAccountEndpoint = endpoint({
  name: 'registerAccount',
  access: 'public',
  budget: 6,
  problems: ['username_taken', 'email_taken', 'phone_taken', 'too_many_requests'],
  method: 'post',
  path: '/v1/accounts',
  tags: ['accounts'],
  summary: 'Register a customer, a driver or a company',
  request: { body: json(registration) },
  answers: {
    200: { description: 'The account that the same registration opened before', body: accountSchema },
    201: { description: 'The new account', body: accountSchema },
  },
  handle: async ({ ports, actor, body, c }) => {
    ports.passwords.requireTurn();
    await limitByAddress(ports, actor, 'register', { attempts: 30, seconds: 3600 });
    const { account, created } = await registerAccount(ports, actor, body, c.req.raw.signal);
    return withStatus(created ? 201 : 200, account);
  },
});
