import { execa } from 'execa';
import { describe, expect, inject, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { logIn, password, validCustomer } from '../support/people/people.ts';

const create = (overrides: Record<string, string> = {}, input = `${password}\n`) => {
  const { username, email, phone } = validCustomer();
  const environment = {
    DATABASE_URL: inject('databaseUrl'),
    KINGBUS_PASSWORD_COST: '4',
    KINGBUS_ADMIN_USERNAME: username,
    KINGBUS_ADMIN_EMAIL: email,
    KINGBUS_ADMIN_PHONE: phone,
    KINGBUS_ADMIN_NAME: '운영자',
    ...overrides,
  };
  const running = execa(process.execPath, ['adapters/node/create-admin.ts'], {
    cwd: checkout,
    env: environment,
    input,
    reject: false,
  });
  return { username, running };
};

describe('node adapters/node/create-admin.ts', () => {
  it('makes an admin who can log in and do an admin’s work', async () => {
    const { username, running } = create();
    const { exitCode, stdout } = await running;
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining(`${username} is an admin now`),
    });
    const admin = await logIn(username);
    expect(admin.account).toMatchObject({ role: 'admin', state: 'active' });
    expect((await admin.get('/v1/admin/operators')).status).toBe(200);
  });

  it('says what is wrong by the name of the variable, and shows no value', async () => {
    const { exitCode, stderr, stdout } = await create({ KINGBUS_ADMIN_PHONE: '1234', KINGBUS_ADMIN_NAME: '' }, 'short')
      .running;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('KINGBUS_ADMIN_PHONE: Enter a Korean mobile number');
    expect(stderr).toContain('KINGBUS_ADMIN_NAME: It must not be blank.');
    expect(stderr).toContain('the password on standard input: It must have at least 10 characters.');
    expect(stdout + stderr).not.toMatch(/short|: 1234/u);
  });

  it('takes no username that someone has', async () => {
    const first = create();
    await first.running;
    const { exitCode, stderr } = await create({ KINGBUS_ADMIN_USERNAME: first.username }).running;
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: 'KINGBUS_ADMIN_USERNAME: It is taken.' });
  });
});
