import { randomBytes, randomInt } from 'node:crypto';
import { inject } from 'vitest';
import { createPasswords } from '../../../adapters/shared/passwords.ts';
import { insertAccount } from '../../../db/accounts.ts';
import { connect } from '../../../db/engine/connect.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import type { Database } from '../../../db/engine/client.ts';
import { createNewId } from '../../../functions/new-id.ts';
import type { Account } from '../../../functions/accounts/account-schema.ts';
import type { Registration } from '../../../functions/accounts/register-account.ts';
import type { Session } from '../../../functions/sessions/session-schema.ts';
import type { AccountId } from '../../../schema/ids.ts';
import { Client } from '../clients/client.ts';

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

const person = (role: string) => {
  const name = `${role}-${randomBytes(6).toString('hex')}`;
  return {
    username: name,
    email: `${name}@example.com`,
    phone: `010${randomInt(10 ** 8)
      .toString()
      .padStart(8, '0')}`,
    password,
    displayName: '김민지',
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

export const newCustomer = (): Promise<Person> => register(validCustomer());

/** A driver; unless `active: false`, one that an admin has verified. */
export const newDriver = (options: { active?: boolean } = {}): Promise<Person> => operator(validDriver(), options);

export const newCompany = (options: { active?: boolean } = {}): Promise<Person> => operator(validCompany(), options);

/** Nobody can register an admin: this one is written into the database. */
export async function newAdmin(): Promise<Person> {
  const { username, email, phone, displayName } = person('admin');
  const passwordHash = await createPasswords({ ln: 4, r: 8, p: 1 }).hash(password);
  const account = {
    id: newId<AccountId>(),
    role: 'admin',
    state: 'active',
    username,
    email,
    phone: `+82${phone.slice(1)}`,
    displayName,
    passwordHash,
    createdAt: new Date().toISOString(),
  } as const;
  await transaction(database(), (tx) => insertAccount(tx, account, undefined));
  return logIn(username);
}

export async function logIn(username: string, origin?: string): Promise<Person> {
  const client = new Client(undefined, origin);
  const { status, body, text } = await client.post<Session>('/v1/sessions', { username, password });
  if (status !== 201) throw new Error(`log-in: ${status} ${text}`);
  return new Person(body, origin);
}

/** The run's database, for what the API does not show or cannot do. */
export function database(): Database {
  opened ??= connect(inject('databaseUrl'), { connections: 4 });
  return opened;
}

let opened: Database | undefined;
/** An admin who activates operators, and when its token was made: a worker may run for longer than a token lives. */
let admin: { person: Promise<Person>; since: number } | undefined;

function currentAdmin(): Promise<Person> {
  if (admin === undefined || Date.now() - admin.since > 300_000) admin = { person: newAdmin(), since: Date.now() };
  return admin.person;
}
const newId = createNewId(Date.now);

/** @param origin where, if not at the product of the test's project */
export async function register(registration: Registration, origin?: string): Promise<Person> {
  const { status, text } = await new Client(undefined, origin).post('/v1/accounts', registration);
  if (status !== 201) throw new Error(`register: ${status} ${text}`);
  return logIn(registration.username, origin);
}

async function operator(registration: Registration, { active = true }: { active?: boolean }): Promise<Person> {
  const person = await register(registration);
  if (!active) return person;
  const { status, text } = await (await currentAdmin()).post(`/v1/admin/operators/${person.id}/activate`);
  if (status !== 200) throw new Error(`activate: ${status} ${text}`);
  return new Person({
    accessToken: person.token ?? '',
    tokenType: 'Bearer',
    expiresIn: 0,
    refreshToken: person.refreshToken,
    account: { ...person.account, state: 'active' },
  });
}
