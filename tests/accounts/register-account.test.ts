import { describe, expect, it } from 'vitest';
import type { Account } from '../../functions/accounts/account-schema.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { password, validCompany, validCustomer, validDriver } from '../support/people/people.ts';

const register = (body: unknown, headers?: Record<string, string>) =>
  new Client().post<Account>('/v1/accounts', body, headers);

/** The pointers of a 422's findings. */
const pointers = ({ body }: { body: unknown }) =>
  (body as { errors: { pointer: string }[] }).errors.map((e) => e.pointer);

describe('POST /v1/accounts', () => {
  it('opens a customer account that is active at once', async () => {
    const customer = validCustomer();
    const { status, body, text } = await register(customer);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/u),
      role: 'customer',
      state: 'active',
      username: customer.username,
      email: customer.email,
      phone: `+82${customer.phone.slice(1)}`,
      displayName: customer.displayName,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u),
      emailVerified: false,
      phoneVerified: false,
      language: 'ko',
      version: 1,
    });
    expect(text).not.toContain(password);
    expect(text).not.toContain('argon2');
  });

  it.each([
    ['driver', validDriver],
    ['company', validCompany],
  ])('opens a %s account that waits for an admin', async (role, valid) => {
    expect(await register(valid())).toMatchObject({ status: 201, body: { role, state: 'pending' } });
  });

  it('keeps Korean and emoji as they are', async () => {
    const displayName = '한빛관광 🚌✨👩\u200d🚒 김기사';
    expect((await register({ ...validCompany(), displayName })).body.displayName).toBe(displayName);
  });

  it('cleans what can be cleaned of a name', async () => {
    const displayName = ' \u202e김\u200b\u0000민지\v기사\u001b ';
    expect((await register({ ...validCustomer(), displayName })).body.displayName).toBe('김민지 기사');
  });

  it.each([
    ['KingBus', 'reserved'],
    ['킹 버스 고객센터', 'reserved'],
    ['관리자', 'reserved'],
    ['аdmin', 'reserved'],
    ['\u2800', 'blank'],
    ['\ufe0f', 'blank'],
    ['\u0301', 'blank'],
  ])('refuses the name "%s", and says why in both languages', async (displayName, why) => {
    const details = {
      reserved: [
        '킹버스 운영자로 오해할 수 있는 이름입니다. 다른 이름을 써 주세요.',
        'This name could be taken for KingBus itself. Please choose another.',
      ],
      blank: ['내용을 입력해 주세요.', 'It must not be blank.'],
    }[why];
    for (const [index, language] of ['ko', 'en'].entries()) {
      const answer = await register({ ...validCustomer(), displayName }, { 'Accept-Language': language });
      expect(answer).toMatchObject(refusal(422, 'validation_failed'));
      expect(answer.body).toMatchObject({ errors: [{ pointer: '/displayName', detail: details?.[index] }] });
    }
  });

  it('keeps usernames and email addresses in lower case, and phone numbers in E.164', async () => {
    const { username, email, phone, ...rest } = validCustomer();
    const body = {
      ...rest,
      username: ` ${username.toUpperCase()} `,
      email: ` ${email.toUpperCase()}`,
      phone: `+82 ${phone.slice(1, 3)}-${phone.slice(3, 7)}-${phone.slice(7)}`,
    };
    expect(await register(body)).toMatchObject({
      status: 201,
      body: { username, email, phone: `+82${phone.slice(1)}` },
    });
  });

  it.each(['username', 'email', 'phone'] as const)('refuses a %s that someone has', async (field) => {
    const first = validCustomer();
    await register(first);
    const second = { ...validDriver(), [field]: first[field].toUpperCase() };
    expect(await register(second)).toMatchObject(refusal(409, `${field}_taken`));
  });

  it('gives a username to one of many who want it at the same time', async () => {
    const { username } = validCustomer();
    const answers = await Promise.all(Array.from({ length: 6 }, () => register({ ...validCustomer(), username })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers)
      if (answer.status !== 201) expect(answer).toMatchObject(refusal(409, 'username_taken'));
  });

  it('lets nobody register an admin', async () => {
    expect(await register({ ...validCustomer(), role: 'admin' })).toMatchObject(refusal(422, 'validation_failed'));
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a short username', { username: 'abc' }, '/username'],
    ['a username with a space', { username: 'min ji kim' }, '/username'],
    ['a Korean username', { username: '김민지님' }, '/username'],
    ['a username too long', { username: 'a'.repeat(33) }, '/username'],
    ['no email address', { email: 'minji' }, '/email'],
    ['an email address too long', { email: `${'a'.repeat(250)}@example.com` }, '/email'],
    ['a landline', { phone: '02-312-3456' }, '/phone'],
    ['a foreign number', { phone: '+1 415 555 0100' }, '/phone'],
    ['a phone number as a number', { phone: 1_012_345_678 }, '/phone'],
    ['a short password', { password: 'short' }, '/password'],
    ['a password too long', { password: 'ab1!'.repeat(33) }, '/password'],
    ['a common password', { password: 'Password-1234' }, '/password'],
    ['a password of one letter', { password: 'aaaaaaaaaaaa' }, '/password'],
    ['a blank name', { displayName: '   ' }, '/displayName'],
    ['a name too long', { displayName: '가'.repeat(41) }, '/displayName'],
    ['a name that nobody sees', { displayName: '\u200b\u3164' }, '/displayName'],
    ['half an emoji', { displayName: 'a\ud83d' }, '/displayName'],
    ['an unknown property', { isAdmin: true }, '/isAdmin'],
    ['a property of another role', { fleetSize: 3 }, '/fleetSize'],
    ['a list for a text', { displayName: ['a'] }, '/displayName'],
    ['null', { displayName: null }, '/displayName'],
  ])('refuses %s and says where', async (_name, overrides, pointer) => {
    const answer = await register({ ...validCustomer(), ...overrides });
    expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    expect(pointers(answer)).toEqual([pointer]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a business number with a wrong check digit', { businessNumber: '124-81-00999' }, '/businessNumber'],
    ['no buses', { fleetSize: 0 }, '/fleetSize'],
    ['half a bus', { fleetSize: 1.5 }, '/fleetSize'],
    ['a blank address', { address: '' }, '/address'],
    ['a missing service area', { serviceArea: undefined }, '/serviceArea'],
  ])('refuses a company with %s', async (_name, overrides, pointer) => {
    const answer = await register({ ...validCompany(), ...overrides });
    expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    expect(pointers(answer)).toEqual([pointer]);
  });

  it('refuses a password that contains the username', async () => {
    const customer = validCustomer();
    const answer = await register({ ...customer, password: `x${customer.username}x` });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password' }] } });
  });

  it('says what is wrong in the language of the caller', async () => {
    const body = { ...validCustomer(), displayName: '', username: undefined };
    expect((await register(body, { 'Accept-Language': 'ko-KR,ko;q=0.9' })).body).toMatchObject({
      title: '입력값을 확인해 주세요.',
      errors: expect.arrayContaining([
        { pointer: '/displayName', detail: '내용을 입력해 주세요.' },
        { pointer: '/username', detail: '필수 항목입니다.' },
      ]),
    });
    expect((await register(body, { 'Accept-Language': 'en' })).body).toMatchObject({
      errors: expect.arrayContaining([{ pointer: '/username', detail: 'Required.' }]),
    });
  });

  it('stops an address that registers without end', async () => {
    const client = new Client();
    const answers = await Promise.all(Array.from({ length: 31 }, () => client.post('/v1/accounts', validCustomer())));
    const stopped = answers.filter(({ status }) => status === 429);
    expect(stopped).toHaveLength(1);
    expect(stopped[0]).toMatchObject(refusal(429, 'too_many_requests'));
    expect(Number(stopped[0]?.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await new Client().post('/v1/accounts', validCustomer())).toMatchObject({ status: 201 });
  });

  it('answers who asks again with the account that is there, and nobody else', async () => {
    const person = validDriver();
    const first = await new Client().post<Account>('/v1/accounts', person);
    const again = await new Client().post<Account>('/v1/accounts', person);
    expect(first.status).toBe(201);
    expect(again).toMatchObject({ status: 200, body: first.body });
    for (const other of [
      { password: 'another horse battery' },
      { displayName: '박민지' },
      { email: validDriver().email },
      { phone: validDriver().phone },
    ]) {
      const answer = await new Client().post('/v1/accounts', { ...person, ...other });
      expect(answer, JSON.stringify(other)).toMatchObject(refusal(409, 'username_taken'));
    }
  });
});
