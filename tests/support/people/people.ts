import { randomBytes, randomInt } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { insertAccount } from '../../../db/accounts.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import { createNewId } from '../../../functions/new-id.ts';
import type { Account } from '../../../functions/accounts/account-schema.ts';
import { neededConsents } from '../../../functions/accounts/consents.ts';
import { registerAccount, registration } from '../../../functions/accounts/register-account.ts';
import type { Registration } from '../../../functions/accounts/register-account.ts';
import type { Ports } from '../../../functions/ports.ts';
import type { VisitorActor } from '../../../functions/identity/actor.ts';
import { requiredDocuments } from '../../../functions/documents/documents-policy.ts';
import { activateOperator } from '../../../functions/operators/activate-operator.ts';
import { logIn as openSession } from '../../../functions/sessions/log-in.ts';
import type { Session } from '../../../functions/sessions/session-schema.ts';
import { documents } from '../../../schema/documents.ts';
import type { AccountId, DocumentId } from '../../../schema/ids.ts';
import { operators } from '../../../schema/operators.ts';
import { Client, randomNetwork } from '../clients/client.ts';
import { database } from '../db/run-database.ts';
import { testPorts } from '../ports.ts';

export const password = 'correct horse battery';

/** An account that is logged in: a client of its own, and what the log-in gave. */
export class Person extends Client {
  readonly account: Account;
  readonly refreshToken: string;

  constructor(session: Session, origin?: string) {
    super(session.accessToken, origin);
    this.account = session.account;
    this.refreshToken = session.refreshToken ?? '';
  }

  get id(): string {
    return this.account.id;
  }
}

type Role<Name> = Extract<Registration, { role: Name }>;

/** Of one process, however often its files load this anew. */
const shared = globalThis as { kingbusTestPhones?: number; kingbusTestCarrier?: Promise<{ id: string }> };

/**
 * A number that nobody else of the run has: by chance alone, of some thousand people two would have one in every twentieth run. Each process
 * counts in a stretch of its own; those of another run, on the same database, begin elsewhere.
 */
function newPhone(): string {
  const worker = Number(process.env['VITEST_WORKER_ID'] ?? randomInt(20_000));
  shared.kingbusTestPhones ??= process.ppid * 7_919_003 + worker * 4_000;
  return `010${String(shared.kingbusTestPhones++ % 10 ** 8).padStart(8, '0')}`;
}

const person = (role: string) => {
  const name = `${role}-${randomBytes(6).toString('hex')}`;
  return {
    username: name,
    email: `${name}@example.com`,
    phone: newPhone(),
    password,
    displayName: '김민지',
    language: 'ko' as const,
    consents: neededConsents,
    overFourteen: true,
  };
};

/** What a customer sends to register; unique in everything that must be. */
export const validCustomer = (): Role<'customer'> => ({ role: 'customer', ...person('customer') });

export const validDriver = (): Role<'driver'> => ({
  role: 'driver',
  ...person('driver'),
  introduction: '20년 무사고 운전, 안전하게 모시겠습니다.',
  serviceArea: '서울·경기',
});

export const validCompany = (): Role<'company'> => ({
  role: 'company',
  ...person('company'),
  introduction: '전국 어디나 모십니다.',
  serviceArea: '전국',
  businessNumber: '124-81-00998',
  address: '경기도 수원시 영통구 삼성로 129',
  fleetSize: 12,
});

export const newCustomer = (): Promise<Person> => member(validCustomer());

/** A driver; unless `active: false`, one that an admin has verified. It belongs to a company that all share, or to `carrier`, or to none. */
export const newDriver = (options: OperatorOptions = {}): Promise<Person> => operator(validDriver(), options);

export const newCompany = (options: OperatorOptions = {}): Promise<Person> => operator(validCompany(), options);

/** Nobody can register an admin: this one is written into the database. */
export async function newAdmin(): Promise<Person> {
  const { username, email, phone, displayName } = person('admin');
  const ports = await ownPorts();
  const account = {
    id: newId<AccountId>(),
    role: 'admin',
    state: 'active',
    username,
    email,
    phone: `+82${phone.slice(1)}`,
    displayName,
    passwordHash: await ports.passwords.hash(password),
    createdAt: new Date().toISOString(),
  } as const;
  await transaction(database(), (tx) => insertAccount(tx, account, undefined));
  return new Person(await openSession(ports, visitor(), { username, password }));
}

let opened: Promise<Ports> | undefined;
/** Of a process that goes by the real time, in this worker. */
const ownPorts = (): Promise<Ports> => (opened ??= testPorts({ clock: { now: Date.now } }).then(({ ports }) => ports));

/** Somebody whom no test has seen before. */
const visitor = (): VisitorActor => ({ kind: 'visitor', address: randomNetwork(), requestId: 'test' });

/** By the product's own verbs, within the test: a request of each would take most of a test's time in some homes. */
async function member(input: Registration): Promise<Person> {
  const ports = await ownPorts();
  const actor = visitor();
  await registerAccount(ports, actor, registration.parse(input));
  return new Person(await openSession(ports, actor, input));
}

/** Has a company accept a driver, as if both had asked for it; null parts them. */
export async function affiliate(driver: { id: string }, carrier: { id: string } | null): Promise<void> {
  await database()
    .update(operators)
    .set({ carrierId: (carrier?.id ?? null) as AccountId | null, affiliation: carrier ? 'accepted' : 'none' })
    .where(eq(operators.accountId, driver.id as AccountId));
}

/** The code that a company's drivers name. */
export async function companyCodeOf(company: Person): Promise<string> {
  return (await company.get<{ companyCode: string }>('/v1/me/operator')).body.companyCode;
}

/** Has a driver ask a company to be its carrier. */
export async function askFor(driver: Person, company: Person): Promise<void> {
  const { status, text } = await driver.post('/v1/me/affiliation', { companyCode: await companyCodeOf(company) });
  if (status !== 200) throw new Error(`affiliation: ${status} ${text}`);
}

/** Gives an operator all papers that a verification asks for, as if they had been approved, and their bytes erased. */
export async function approvePapers({ account: { id, role } }: Person): Promise<void> {
  const now = new Date().toISOString();
  const papers = requiredDocuments(role).map((kind) => ({
    id: newId<DocumentId>(),
    operatorId: id as AccountId,
    kind,
    state: 'approved' as const,
    expiresOn: '2099-12-31',
    createdAt: now,
    decidedAt: now,
  }));
  await database().insert(documents).values(papers);
}

interface OperatorOptions {
  /** Without it waits for an admin. */
  active?: boolean;
  /** Whether one that waits has its papers approved. */
  papers?: boolean;
  carrier?: { id: string } | null;
}

async function operator(
  input: Registration,
  { active = true, papers = true, carrier }: OperatorOptions,
): Promise<Person> {
  const person = await member(input);
  if (input.role === 'driver' && carrier !== null)
    await affiliate(person, carrier ?? (await (shared.kingbusTestCarrier ??= newCompany())));
  if (!active && papers) await approvePapers(person);
  if (!active) return person;
  const ports = await ownPorts();
  const accountId = person.account.id as AccountId;
  const account = await activateOperator(ports, { kind: 'console' }, accountId, { override: true });
  return new Person({
    accessToken: person.token ?? '',
    tokenType: 'Bearer',
    expiresIn: 0,
    refreshToken: person.refreshToken,
    account,
  });
}

export async function logIn(username: string, origin?: string): Promise<Person> {
  const client = new Client(undefined, origin);
  const { status, body, text } = await client.post<Session>('/v1/sessions', { username, password });
  if (status !== 201) throw new Error(`log-in: ${status} ${text}`);
  return new Person(body, origin);
}

const newId = createNewId(Date.now);

/**
 * Registers and logs in through the front door.
 *
 * @param origin where, if not at the product of the test's project
 */
export async function register(registration: Registration, origin?: string): Promise<Person> {
  const { status, text } = await new Client(undefined, origin).post('/v1/accounts', registration);
  if (status !== 201) throw new Error(`register: ${status} ${text}`);
  return logIn(registration.username, origin);
}
