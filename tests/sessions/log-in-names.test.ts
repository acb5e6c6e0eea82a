import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { wrongFromOnePlace } from '../../functions/identity/guesses.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, password, validCustomer } from '../support/people/people.ts';

const logIn = (username: string, client = new Client(), secret = password) =>
  client.post('/v1/sessions', { username, password: secret });

const full = (text: string) =>
  text.replace(/[!-~]/gu, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));

/** Somebody whose address and number are proven. */
async function proven() {
  const person = await newCustomer();
  const at = new Date().toISOString();
  await database()
    .update(accounts)
    .set({ emailVerifiedAt: at, phoneVerifiedAt: at })
    .where(eq(accounts.id, person.id as AccountId));
  const { username, email, phone } = person.account;
  return { person, username, email: email ?? '', phone: phone ?? '' };
}

type Proven = Awaited<ReturnType<typeof proven>>;

describe('somebody whose e-mail address and number are proven', () => {
  it.each<[string, (them: Proven) => string]>([
    ['the username', ({ username }) => username],
    ['the username in capitals', ({ username }) => username.toUpperCase()],
    ['the username in full width', ({ username }) => full(username)],
    ['the address', ({ email }) => email],
    ['the address in capitals', ({ email }) => email.toUpperCase()],
    ['the address in full width, with blanks', ({ email }) => ` ${full(email)}　`],
    ['the number as E.164', ({ phone }) => phone],
    ['the number as people write it', ({ phone }) => `0${phone.slice(3, 5)}-${phone.slice(5, 9)}-${phone.slice(9)}`],
    ['the number without hyphens', ({ phone }) => `0${phone.slice(3)}`],
    ['the number in full width', ({ phone }) => full(`0${phone.slice(3)}`)],
    ['the number with 82 and 0', ({ phone }) => `+82 (0)${phone.slice(3)}`],
    ['the number with non-breaking hyphens', ({ phone }) => `0${phone.slice(3, 5)}‑${phone.slice(5)}`],
  ])('logs in with %s', async (_what, nameOf) => {
    const them = await proven();
    expect(await logIn(nameOf(them))).toMatchObject({ status: 201, body: { account: { id: them.person.id } } });
  });

  it('has one limit of guesses for all of these names', async () => {
    const { username, email, phone } = await proven();
    const stranger = new Client();
    const names = [username, email, phone];
    const [most = { attempts: 0 }] = wrongFromOnePlace;
    for (let index = 0; index < most.attempts; index++) {
      const answer = await logIn(names[index % 3] ?? '', stranger, 'not the password');
      expect(answer).toMatchObject(refusal(401, 'invalid_credentials'));
    }
    for (const name of names) expect(await logIn(name, stranger)).toMatchObject(refusal(429, 'too_many_requests'));
    expect((await logIn(email)).status).toBe(201);
  });
});

describe('an address and a number that nobody has proven', () => {
  it('log nobody in, and are answered as those of nobody', async () => {
    const { account } = await newCustomer();
    const unknown = validCustomer();
    const answers = await Promise.all(
      [account.email, account.phone, unknown.email, unknown.phone].map((name) => logIn(name ?? '')),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject(refusal(401, 'invalid_credentials'));
      expect(answer.text).toBe(answers[0]?.text);
      expect(answer.headers.get('Server-Timing')?.replace(/dur=[\d.]+/gu, '')).toBe(
        answers[0]?.headers.get('Server-Timing')?.replace(/dur=[\d.]+/gu, ''),
      );
    }
  });
});

describe('a username', () => {
  it.each(['01012345678', '010-1234-5678', '821012345678', '010.1234.5678', '010_1234_5678', '０１０１２３４５６７８'])(
    'is never %s: no name stands in the way of a number',
    async (username) => {
      const answer = await new Client().post('/v1/accounts', { ...validCustomer(), username });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/username' }] } });
    },
  );
});

describe('a username of before that is a number', () => {
  it('logs in, until somebody else has proven the number', async () => {
    const [{ id }, other] = await Promise.all([newCustomer(), proven()]);
    const own = `0${validCustomer().phone.slice(1)}`;
    const rename = (username: string) =>
      database()
        .update(accounts)
        .set({ username })
        .where(eq(accounts.id, id as AccountId));
    await rename(own);
    for (const name of [own, `${own.slice(0, 3)}-${own.slice(3, 7)}-${own.slice(7)}`])
      expect(await logIn(name)).toMatchObject({ status: 201, body: { account: { id } } });
    const taken = `0${other.phone.slice(3)}`;
    await rename(taken);
    expect(await logIn(taken)).toMatchObject({ status: 201, body: { account: { id: other.person.id } } });
  });
});

describe('a password', () => {
  it.each(['NFC', 'NFD'] as const)('that was set in %s is right in either form', async (form) => {
    const secret = '비밀번호는 길어야 좋다 é';
    const person = { ...validCustomer(), password: secret.normalize(form) };
    expect((await new Client().post('/v1/accounts', person)).status).toBe(201);
    for (const typed of ['NFC', 'NFD'] as const) {
      expect((await logIn(person.username, new Client(), secret.normalize(typed))).status).toBe(201);
    }
  });
});

describe('a name', () => {
  it('in NFD is kept in NFC', async () => {
    const person = { ...validCustomer(), displayName: '김민지'.normalize('NFD') };
    expect(await new Client().post('/v1/accounts', person)).toMatchObject({
      status: 201,
      body: { displayName: '김민지' },
    });
  });
});
