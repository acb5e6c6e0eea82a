import { describe, expect, it } from 'vitest';
import { findCredentialsOf } from '../../db/credentials.ts';
import { changeContact } from '../../functions/accounts/change-contact.ts';
import { currentConsents } from '../../functions/accounts/consents.ts';
import type { Account } from '../../functions/accounts/account-schema.ts';
import { resetPassword } from '../../functions/accounts/reset-password.ts';
import { sendCode } from '../../functions/codes/send-code.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { codeTo, noticesTo, noticeTo } from '../support/people/notices.ts';
import { logIn, newCustomer, password, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { database } from '../support/db/run-database.ts';
import { actorOf, testPorts } from '../support/ports.ts';

const patch = (person: Person, body: unknown, version = '*') =>
  person.call<Account>('/v1/me', { method: 'PATCH', body, headers: { 'If-Match': version } });

const put = (person: Person, path: string, body: unknown) => person.call<Account>(path, { method: 'PUT', body });

/** Has a code sent to what is to be somebody's. */
async function prove(person: Person, target: string): Promise<string> {
  expect((await person.post('/v1/me/codes', { target })).status).toBe(202);
  return codeTo(target);
}

const refresh = ({ refreshToken }: Person) => new Client().post('/v1/sessions/refresh', { refreshToken });

describe('GET /v1/accounts/availability', () => {
  it('says whether a username is free, in any spelling', async () => {
    const { account } = await newCustomer();
    const ask = async (username: string) =>
      (
        await new Client().get<{ available: boolean }>(
          `/v1/accounts/availability?username=${encodeURIComponent(username)}`,
        )
      ).body;
    expect(await ask(account.username.toUpperCase())).toEqual({ available: false });
    expect(await ask(validCustomer().username)).toEqual({ available: true });
  });

  it('is limited', async () => {
    const client = new Client();
    const answers = await Promise.all(
      Array.from({ length: 61 }, () => client.get('/v1/accounts/availability?username=minji')),
    );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});

describe('PATCH /v1/me', () => {
  it('changes the name and the language, and says at which version', async () => {
    const person = await newCustomer();
    const { status, body, headers } = await patch(person, { displayName: ' 이서연 ', language: 'en' }, '"1"');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { displayName: '이서연', language: 'en', version: 2, username: person.account.username },
    });
    expect(headers.get('ETag')).toBe('"2"');
    expect((await person.get('/v1/me')).body).toEqual(body);
  });

  it('of two at once at one version changes one', async () => {
    const person = await newCustomer();
    const answers = await Promise.all(['가나다', '라마바'].map((displayName) => patch(person, { displayName }, '"1"')));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '412']);
  });

  it('refuses the name of the house, and what is somebody else’s to change', async () => {
    const person = await newCustomer();
    for (const body of [
      { displayName: '킹버스 고객센터' },
      { role: 'admin' },
      { state: 'active' },
      { emailVerified: true },
      { version: 7 },
      { language: 'fr' },
    ]) {
      expect(await patch(person, body)).toMatchObject(refusal(422, 'validation_failed'));
    }
    expect((await person.get('/v1/me')).body).toEqual(person.account);
  });
});

describe('PUT /v1/me/password', () => {
  it('puts a new one in the place of the old one: other sessions end, this one stays, and a mail says so', async () => {
    const here = await newCustomer();
    const there = await logIn(here.account.username);
    const newPassword = 'quite another password';
    expect((await put(here, '/v1/me/password', { password, newPassword })).status).toBe(204);
    expect(await refresh(there)).toMatchObject(refusal(401, 'session_ended'));
    expect((await refresh(here)).status).toBe(200);
    const { username, email } = here.account;
    expect((await new Client().post('/v1/sessions', { username, password })).status).toBe(401);
    expect((await new Client().post('/v1/sessions', { username, password: newPassword })).status).toBe(201);
    await noticeTo(email ?? '', /로그인 정보가 변경/u);
  });

  it('asks for the old one, under the limit of log-ins', async () => {
    const person = await newCustomer();
    const wrong = () =>
      put(person, '/v1/me/password', { password: 'not the password', newPassword: 'something else 1' });
    expect(await wrong()).toMatchObject(refusal(403, 'wrong_password'));
    for (let index = 0; index < 9; index++) await wrong();
    expect(await wrong()).toMatchObject(refusal(429, 'too_many_requests'));
    // The same place, the same account: a log-in from there has to wait as well.
    const { username } = person.account;
    expect((await person.post('/v1/sessions', { username, password })).status).toBe(429);
  });

  it('refuses what registering refuses', async () => {
    const person = await newCustomer();
    const answer = await put(person, '/v1/me/password', { password, newPassword: `x${person.account.username}x` });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/newPassword' }] } });
  });
});

describe.each(['email', 'phone'] as const)('PUT /v1/me/%s', (what) => {
  const path = `/v1/me/${what}`;
  const proof = `${what}Verified` as const;
  const fresh = () => {
    const { email, phone } = validCustomer();
    return what === 'email' ? email : `+82${phone.slice(1)}`;
  };

  it('gives somebody a new one that a code has proven, and tells the old one', async () => {
    const person = await newCustomer();
    const value = fresh();
    const code = await prove(person, value);
    const { status, body } = await put(person, path, { value, code, password });
    expect({ status, body }).toMatchObject({ status: 200, body: { [what]: value, [proof]: true, version: 2 } });
    await noticeTo(person.account[what] ?? '', /로그인 정보가 변경/u);
    expect((await new Client().post('/v1/sessions', { username: value, password })).status).toBe(201);
    expect((await put(person, path, { value, code, password })).body).toMatchObject({ code: 'invalid_code' });
  });

  it('proves the one that is there', async () => {
    const person = await newCustomer();
    const value = person.account[what] ?? '';
    const code = await prove(person, value);
    expect(await put(person, path, { value, code, password })).toMatchObject({ status: 200, body: { [proof]: true } });
    expect((await noticesTo(value)).map(({ body }) => /변경되었습니다/u.test(body))).not.toContain(true);
  });

  it('asks for the password: a token alone takes no account over', async () => {
    const person = await newCustomer();
    const value = fresh();
    const code = await prove(person, value);
    const answer = await put(person, path, { value, code, password: 'not the password' });
    expect(answer).toMatchObject(refusal(403, 'wrong_password'));
    expect((await person.get('/v1/me')).body).toEqual(person.account);
  });

  it('takes nobody else’s code, and no code of another target', async () => {
    const [person, other] = await Promise.all([newCustomer(), newCustomer()]);
    const [value, second] = [fresh(), fresh()];
    const code = await prove(person, value);
    expect(await put(other, path, { value, code, password })).toMatchObject(refusal(403, 'invalid_code'));
    expect(await put(person, path, { value: second, code, password })).toMatchObject(refusal(403, 'invalid_code'));
    expect((await put(person, path, { value, code, password })).status).toBe(200);
  });

  it('says that it is somebody’s to whom it is, who had the code', async () => {
    const [person, owner] = await Promise.all([newCustomer(), newCustomer()]);
    const value = owner.account[what] ?? '';
    const code = await prove(person, value);
    expect(await put(person, path, { value, code, password })).toMatchObject(refusal(409, `${what}_taken`));
  });
});

describe('an address', () => {
  it('is not changed by a password that was reset after it was looked at', async () => {
    const person = await newCustomer();
    const id = person.id as AccountId;
    const { ports } = await testPorts();
    const target = validCustomer().email;
    await sendCode(ports, actorOf(person), { purpose: 'change', target }, 'ko');
    const given = { value: target, code: await codeTo(target), was: person.account.email };
    const { passwordHash = '' } = (await findCredentialsOf(database(), id)) ?? {};
    await resetPassword(ports, { kind: 'console' }, id, 'quite another password');
    const changed = changeContact(ports, actorOf(person), { ...given, passwordHash });
    await expect(changed).rejects.toMatchObject({ code: 'wrong_password' });
    expect((await findCredentialsOf(database(), id))?.email).toBe(person.account.email);
  });
});

describe('consents', () => {
  const versions = { terms: currentConsents.terms.version, privacy: currentConsents.privacy.version };

  it('can be read by everyone, with where their texts are', async () => {
    const { body } = await new Client().get<{ items: { kind: string; required: boolean; url: string }[] }>(
      '/v1/consents',
    );
    expect(body.items.map(({ kind, required }) => [kind, required])).toEqual([
      ['terms', true],
      ['privacy', true],
      ['marketing', false],
    ]);
    for (const { url } of body.items) expect(url).toMatch(/^https?:\/\/.+\/legal\//u);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no consents', { consents: undefined }, '/consents'],
    ['the terms alone', { consents: { terms: versions.terms } }, '/consents/privacy'],
    ['an older version', { consents: { ...versions, terms: '2020-01' } }, '/consents/terms'],
    ['another version', { consents: { ...versions, marketing: '2099-01' } }, '/consents/marketing'],
    ['somebody under fourteen', { overFourteen: false }, '/overFourteen'],
    ['nothing said of their age', { overFourteen: undefined }, '/overFourteen'],
  ])('registering with %s is refused', async (_what, other, pointer) => {
    const answer = await new Client().post('/v1/accounts', { ...validCustomer(), ...other });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('are kept with their version and time; what may be refused is given and taken back', async () => {
    const person = await newCustomer();
    const own = async () => (await person.get<{ items: Record<string, unknown>[] }>('/v1/me/consents')).body.items;
    expect(await own()).toEqual([
      { kind: 'terms', version: versions.terms, current: true, givenAt: expect.any(String), withdrawnAt: null },
      { kind: 'privacy', version: versions.privacy, current: true, givenAt: expect.any(String), withdrawnAt: null },
    ]);
    const given = await put(person, '/v1/me/consents', { marketing: currentConsents.marketing.version });
    expect(given.status).toBe(200);
    expect((await own())[2]).toMatchObject({ kind: 'marketing', withdrawnAt: null });
    await put(person, '/v1/me/consents', { marketing: null });
    expect((await own())[2]).toMatchObject({ kind: 'marketing', withdrawnAt: expect.any(String) });
    await put(person, '/v1/me/consents', { marketing: currentConsents.marketing.version });
    expect((await own())[2]).toMatchObject({ kind: 'marketing', withdrawnAt: null });
  });

  it('that are needed are not taken back, and no old version is agreed to', async () => {
    const person = await newCustomer();
    for (const body of [{ terms: null }, { privacy: '2020-01' }, { other: '1' }]) {
      expect(await put(person, '/v1/me/consents', body)).toMatchObject(refusal(422, 'validation_failed'));
    }
  });
});

describe('registering with codes', () => {
  const ask = async (target: string) => {
    await new Client().post('/v1/codes', { purpose: 'register', target });
    return codeTo(target);
  };

  it('proves the address and the number from the start', async () => {
    const person = validCustomer();
    const phone = `+82${person.phone.slice(1)}`;
    const body = { ...person, emailCode: await ask(person.email), phoneCode: await ask(phone) };
    const first = await new Client().post<Account>('/v1/accounts', body);
    expect(first).toMatchObject({ status: 201, body: { emailVerified: true, phoneVerified: true } });
    for (const username of [person.email, person.phone]) {
      const session = await new Client().post<{ account: Account }>('/v1/sessions', { username, password });
      expect(session).toMatchObject({ status: 201, body: { account: first.body } });
    }
    // The answer was lost: the codes are used, and the account is there.
    expect(await new Client().post('/v1/accounts', body)).toMatchObject({ status: 200, body: { id: first.body.id } });
  });

  it('opens nothing with a wrong one', async () => {
    const person = validCustomer();
    const code = await ask(person.email);
    const wrong = code === '000000' ? '000001' : '000000';
    const answer = await new Client().post('/v1/accounts', { ...person, emailCode: wrong });
    expect(answer).toMatchObject(refusal(403, 'invalid_code'));
    expect((await new Client().post('/v1/accounts', { ...person, emailCode: code })).status).toBe(201);
  });
});
