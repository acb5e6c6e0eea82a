import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { sendCode } from '../../functions/codes/send-code.ts';
import { recoverPassword } from '../../functions/recovery/recover-password.ts';
import { accounts } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Client, randomNetwork, refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newKey } from '../support/people/keys.ts';
import { codeTo, noticeTo, noticesTo } from '../support/people/notices.ts';
import { newAdmin, newCustomer, newDriver, password, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { testPorts } from '../support/ports.ts';

const another = 'quite another password';

async function ask(purpose: string, target: string, client = new Client()): Promise<string> {
  expect((await client.post('/v1/codes', { purpose, target })).status).toBe(202);
  return codeTo(target);
}

const reset = (target: string, code: string, secret = another) =>
  new Client().post('/v1/recovery/password', { target, code, password: secret });

const contacts: [string, (person: Person) => string][] = [
  ['e-mail address', ({ account }) => account.email ?? ''],
  ['telephone', ({ account }) => account.phone ?? ''],
];

describe.each(contacts)('with a code to the %s', (_what, contactOf) => {
  it('somebody finds their username', async () => {
    const person = await newCustomer();
    const target = contactOf(person);
    const code = await ask('find_username', target);
    const answer = await new Client().post('/v1/recovery/username', { target, code });
    expect(answer).toMatchObject({ status: 200, body: { usernames: [person.account.username] } });
    const again = await new Client().post('/v1/recovery/username', { target, code });
    expect(again).toMatchObject(refusal(403, 'invalid_code'));
  });

  it('somebody sets a new password: every session and key ends, and every channel is told', async () => {
    const person = await newDriver();
    const key = await newKey(person);
    const target = contactOf(person);
    const { username, email, phone } = person.account;
    expect((await reset(target, await ask('reset_password', target))).status).toBe(204);
    const refreshed = await new Client().post('/v1/sessions/refresh', { refreshToken: person.refreshToken });
    expect(refreshed).toMatchObject(refusal(401, 'session_ended'));
    expect(await key.get('/v1/me')).toMatchObject(refusal(401, 'unauthenticated'));
    expect((await new Client().post('/v1/sessions', { username, password })).status).toBe(401);
    expect((await new Client().post('/v1/sessions', { username, password: another })).status).toBe(201);
    for (const address of [email, phone]) await noticeTo(address ?? '', /재설정되었습니다/u);
    // Where the code came back from is proven.
    expect((await new Client().post('/v1/sessions', { username: target, password: another })).status).toBe(201);
  });
});

describe('POST /v1/recovery/password', () => {
  it('asks of a password what registering asks, and leaves the code as it was', async () => {
    const { account } = await newCustomer();
    const target = account.email ?? '';
    const code = await ask('reset_password', target);
    for (const secret of [`my ${account.username} 2026`, 'password1234']) {
      const answer = await reset(target, code, secret);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password' }] } });
    }
    expect((await reset(target, code)).status).toBe(204);
  });

  it('says the same of a wrong code, of one for something else, and of somebody who is not there', async () => {
    const { account } = await newCustomer();
    const target = account.email ?? '';
    const other = await ask('find_username', target);
    const nobody = validCustomer().email;
    await new Client().post('/v1/codes', { purpose: 'reset_password', target: nobody });
    const answers = await Promise.all([
      reset(target, other),
      reset(nobody, '123456'),
      reset(validCustomer().email, '123456'),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject(refusal(403, 'invalid_code'));
      expect(answer.text).toBe(answers[0].text);
    }
  });

  it('resets nothing where the address has become another one’s while the password was made', async () => {
    const person = await newCustomer();
    const { username, email } = person.account;
    const target = email ?? '';
    const { ports } = await testPorts();
    const { passwords } = ports;
    const actor = { kind: 'visitor', address: randomNetwork(), requestId: 'test' } as const;
    await sendCode(ports, actor, { purpose: 'reset_password', target }, 'ko');
    const code = await codeTo(target);
    const hash: typeof passwords.hash = async (...given) => {
      await database()
        .update(accounts)
        .set({ email: validCustomer().email })
        .where(eq(accounts.id, person.id as AccountId));
      return passwords.hash(...given);
    };
    const input = { target, code, password: another };
    await expect(recoverPassword({ ...ports, passwords: { ...passwords, hash } }, actor, input)).rejects.toMatchObject({
      code: 'invalid_code',
    });
    expect((await new Client().post('/v1/sessions', { username, password })).status).toBe(201);
  });

  it('is for no admin, who is sent nothing', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    for (const target of [admin.account.email ?? '', customer.account.email ?? '']) {
      expect((await new Client().post('/v1/codes', { purpose: 'reset_password', target })).status).toBe(202);
    }
    await codeTo(customer.account.email ?? '');
    expect(await noticesTo(admin.account.email ?? '')).toEqual([]);
  });

  it('does not open an account that an admin has shut', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    await admin.post(`/v1/admin/accounts/${customer.id}/suspend`);
    const target = customer.account.email ?? '';
    expect((await reset(target, await ask('reset_password', target))).status).toBe(204);
    const { username } = customer.account;
    const answer = await new Client().post('/v1/sessions', { username, password: another });
    expect(answer).toMatchObject(refusal(403, 'account_suspended'));
  });
});
