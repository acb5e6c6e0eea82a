import { describe, expect, inject, it } from 'vitest';
import { logIn, password, validCustomer } from '../support/people/people.ts';
import { kingbus } from '../support/servers/kingbus.ts';

const create = async (overrides: Record<string, string> = {}, input = `${password}\n`) => {
  const { username, email, phone } = validCustomer();
  const options = { username, email, phone, name: '운영자', ...overrides };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const finished = await kingbus(
    ['accounts', 'create-admin', ...words],
    { DATABASE_URL: inject('databaseUrl'), KINGBUS_PASSWORD_COST: '4' },
    { input },
  );
  return { username, ...finished };
};

describe('kingbus accounts create-admin', () => {
  it('makes an admin who can log in and do an admin’s work', async () => {
    const { username, exitCode, stdout } = await create();
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining(`${username} is an admin now`),
    });
    const admin = await logIn(username);
    expect(admin.account).toMatchObject({ role: 'admin', state: 'active' });
    expect((await admin.get('/v1/admin/operators')).status).toBe(200);
  });

  it('says what is wrong by the name of the option, and shows no value', async () => {
    const { exitCode, stderr, stdout } = await create({ phone: '1234', name: '' }, 'short');
    expect(exitCode).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining('kingbus: --phone: Enter a Korean mobile number'),
      'kingbus: --name: It must not be blank.',
      'kingbus: the password on standard input: It must have at least 10 characters.',
    ]);
    expect(stdout + stderr).not.toMatch(/short|: 1234/u);
  });

  it('takes no username that someone has', async () => {
    const first = await create();
    const { exitCode, stderr } = await create({ username: first.username });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'kingbus: This username is taken.' });
  });
});
