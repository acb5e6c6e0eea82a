import { pbkdf2Sync } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../functions/sessions/session-schema.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCustomer, password, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

const logIn = (body: unknown, client = new Client()) => client.post<Session>('/v1/sessions', body);

async function storedHash({ id }: Person): Promise<string> {
  const [row] = await database()
    .select()
    .from(accounts)
    .where(eq(accounts.id, id as AccountId));
  return row?.passwordHash ?? '';
}

describe('POST /v1/sessions', () => {
  it('opens a session: a token that works, how long, and whose', async () => {
    const { account } = await newCustomer();
    const { status, body } = await logIn({ username: account.username, password });
    expect(status).toBe(201);
    expect(body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/u),
      tokenType: 'Bearer',
      expiresIn: 600,
      refreshToken: expect.stringMatching(/^[\w-]{43}$/u),
      account,
    });
    expect(await new Client(body.accessToken).get('/v1/me')).toMatchObject({ status: 200, body: account });
  });

  it('takes the username in any case', async () => {
    const { account } = await newCustomer();
    expect((await logIn({ username: ` ${account.username.toUpperCase()} `, password })).status).toBe(201);
  });

  it('says the same to a wrong password and to a username of nobody', async () => {
    const { account } = await newCustomer();
    const wrong = await logIn({ username: account.username, password: 'not the password' });
    const unknown = await logIn({ username: 'nobody-at-all', password });
    expect(wrong).toMatchObject(refusal(401, 'invalid_credentials'));
    expect(unknown.text).toBe(wrong.text);
    expect(unknown.headers.get('WWW-Authenticate')).toBe('Bearer realm="kingbus"');
  });

  it.each([
    ['no password', { password: undefined }],
    ['a password as a number', { password: 1234 }],
    ['an unknown property', { remember: true }],
    ['an unknown place for the refresh token', { refreshIn: 'url' }],
    ['a username too long', { username: 'a'.repeat(65) }],
  ])('refuses %s', async (_name, overrides) => {
    const answer = await logIn({ username: 'minji', password, ...overrides });
    expect(answer).toMatchObject(refusal(422, 'validation_failed'));
  });

  it('lets nobody in who is suspended', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    await admin.post(`/v1/admin/accounts/${customer.id}/suspend`);
    const { username } = customer.account;
    expect(await logIn({ username, password })).toMatchObject(refusal(403, 'account_suspended'));
    expect(await logIn({ username, password: 'not the password' })).toMatchObject(refusal(401, 'invalid_credentials'));
  });

  it('takes a hash of Django once, and keeps one of argon2id in its place', async () => {
    const customer = await newCustomer();
    const key = pbkdf2Sync(password, 'saltsalt', 1000, 32, 'sha256').toString('base64');
    await database()
      .update(accounts)
      .set({ passwordHash: `pbkdf2_sha256$1000$saltsalt$${key}` })
      .where(eq(accounts.id, customer.id as AccountId));
    const { username } = customer.account;
    expect((await logIn({ username, password: 'not the password' })).status).toBe(401);
    expect(await storedHash(customer)).toMatch(/^pbkdf2_sha256\$/u);
    expect((await logIn({ username, password })).status).toBe(201);
    expect(await storedHash(customer)).toMatch(/^\$argon2id\$/u);
    expect((await logIn({ username, password })).status).toBe(201);
  });

  it('slows whoever guesses at one name, and lets its owner in from elsewhere', async () => {
    const { account } = await newCustomer();
    const stranger = new Client();
    const guess = () => logIn({ username: account.username, password: 'not the password' }, stranger);
    const answers = await Promise.all(Array.from({ length: 13 }, guess));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
    const right = await logIn({ username: account.username, password }, stranger);
    expect(right).toMatchObject(refusal(429, 'too_many_requests'));
    expect(Number(right.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await logIn({ username: account.username, password })).status).toBe(201);
  });

  it('takes a password however its letters were composed', async () => {
    const customer = { ...validCustomer(), password: '비밀번호는 아주 길게 é' };
    await new Client().post('/v1/accounts', customer);
    for (const form of ['NFC', 'NFD'] as const) {
      const typed = customer.password.normalize(form);
      expect((await logIn({ username: customer.username, password: typed })).status, form).toBe(201);
    }
  });

  it.each(['NFC', 'NFD'] as const)('takes an old hash of a password that was typed in %s', async (form) => {
    const customer = await newCustomer();
    const typed = '비밀번호는 아주 길게 é';
    const key = pbkdf2Sync(typed.normalize(form), 'saltsalt', 1000, 32, 'sha256').toString('base64');
    await database()
      .update(accounts)
      .set({ passwordHash: `pbkdf2_sha256$1000$saltsalt$${key}` })
      .where(eq(accounts.id, customer.id as AccountId));
    const { username } = customer.account;
    expect((await logIn({ username, password: typed })).status).toBe(201);
    expect(await storedHash(customer)).toMatch(/^\$argon2id\$/u);
    for (const each of ['NFC', 'NFD'] as const)
      expect((await logIn({ username, password: typed.normalize(each) })).status).toBe(201);
  });

  it.each(['kingdriver\u200b', 'kíngdriver', '킹드라이버', 'abc', 'a b c d', ''])(
    'refuses %j, which no username can be',
    async (username) => {
      const answer = await logIn({ username, password });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/username' }] } });
    },
  );

  it('stops guessing many names from one address', async () => {
    const client = new Client();
    const answers = await Promise.all(
      Array.from({ length: 61 }, (_, index) => logIn({ username: `nobody-${index}`, password }, client)),
    );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});
