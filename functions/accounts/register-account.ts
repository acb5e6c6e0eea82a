import { z } from '@hono/zod-openapi';
import { insertAccount } from '../../db/accounts.ts';
import { findCredentials } from '../../db/credentials.ts';
import { insertConsents } from '../../db/consents.ts';
import { languages } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { checkCode, code, takeCode } from '../codes/check-code.ts';
import type { RightCode } from '../codes/check-code.ts';
import { endpoint, withStatus } from '../http/endpoint.ts';
import { distinct, line, prose } from '../http/fields.ts';
import { json } from '../http/json-body.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import { Problem } from '../http/problems.ts';
import { acrossFields, rule } from '../http/validation.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { accountSchema, newAccount } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { givenOf, registrationConsents } from './consents.ts';
import { businessNumber, personFields } from './fields.ts';
import { checkPassword, password } from './password-policy.ts';
import { allowGuess, settle } from '../identity/guesses.ts';
import type { Actor } from '../identity/actor.ts';
import { change } from '../changes/change.ts';
import { newCompanyCode } from '../text/company-code.ts';
import { regionCodes } from '../text/regions.ts';
import { placeOf } from '../security/security-events.ts';

const person = {
  ...personFields,
  password,
  language: z.enum(languages).default('ko'),
  consents: registrationConsents,
  overFourteen: z
    .boolean()
    .refine((said) => said, rule('under_fourteen'))
    .openapi({ type: 'boolean', enum: [true], description: 'Whoever is younger needs the consent of a guardian.' }),
  /** Codes that were sent there to register: what they prove one may log in with from the start. */
  emailCode: code.optional(),
  phoneCode: code.optional(),
};
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
 * password, it gives the account that is there: `created` is false. Problems: `username_taken`, `email_taken`, `phone_taken`,
 * `invalid_code`.
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
    language: input.language,
    createdAt: toInstant(ports.clock.now()),
  };
  const codes = await checkCodes(ports, input);
  const passwordHash = await ports.passwords.hash(input.password, whileWanted);
  const refused =
    codes === 'invalid' ? 'invalid_code' : await open(ports, actor, { account, passwordHash, input, codes });
  if (refused === undefined) {
    const proven = { emailVerified: input.emailCode !== undefined, phoneVerified: input.phoneCode !== undefined };
    return { account: { ...newAccount, ...account, ...proven }, created: true };
  }
  const standing = await findOwnRegistration(ports, actor, account, input.password);
  if (standing === undefined) throw new Problem(refused);
  return { account: standing, created: false };
}

/** The codes that came with a registration, if all of them are right. One that is not may have been used by this very registration. */
async function checkCodes(
  ports: Ports,
  { email, phone, emailCode, phoneCode }: Registration,
): Promise<RightCode[] | 'invalid'> {
  const sent = [
    ...(emailCode === undefined ? [] : [{ target: email, code: emailCode }]),
    ...(phoneCode === undefined ? [] : [{ target: phone, code: phoneCode }]),
  ];
  try {
    return await Promise.all(sent.map((each) => checkCode(ports, { purpose: 'register', ...each })));
  } catch (error) {
    if (error instanceof Problem) return 'invalid';
    throw error;
  }
}

interface Opening {
  account: Omit<Account, Exclude<keyof typeof newAccount, 'language'>> & { id: AccountId };
  passwordHash: string;
  input: Registration;
  codes: readonly RightCode[];
}

/** Opens the account, or gives the problem of whoever may not have it so. */
async function open(ports: Ports, actor: Actor, { account, passwordHash, input, codes }: Opening) {
  const taken = await change(ports, actor, async (tx, record) => {
    const proofs = {
      emailVerifiedAt: input.emailCode === undefined ? null : record.at,
      phoneVerifiedAt: input.phoneCode === undefined ? null : record.at,
    };
    const found = await insertAccount(tx, { ...account, ...proofs, passwordHash }, operatorOf(input), regionsOf(input));
    if (found !== undefined) return found;
    for (const code of codes) await takeCode(tx, code, record.at);
    await insertConsents(tx, account.id, givenOf(input.consents), record.at);
    record.audit({ kind: 'account', id: account.id }, 'register', { role: account.role });
    return undefined;
  });
  return taken && (`${taken}_taken` as const);
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
  wanted: Opening['account'],
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
  const guess = await allowGuess(ports, { account: found.id, ...place }, async () => false);
  const { valid } = await settle(guess, ports.passwords.verify(secret, passwordHash), (found) => found.valid);
  return valid ? account : undefined;
}

export const registerAccountEndpoint = endpoint({
  name: 'registerAccount',
  access: 'public',
  budget: 12,
  problems: ['username_taken', 'email_taken', 'phone_taken', 'invalid_code', 'too_many_requests'],
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
