import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { pages } from '../deploy/runbook/pages.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { chatUrl, connectTo } from '../support/clients/chat-client.ts';
import { database } from '../support/db/run-database.ts';
import { logIn, newCustomer, newDriver, password } from '../support/people/people.ts';
import { kingbus } from '../support/servers/kingbus.ts';

const settings = () => ({ DATABASE_URL: inject('databaseUrl'), KINGBUS_PASSWORD_COST: '4' });
const accounts = (words: string[], input = '') => kingbus(['accounts', ...words], settings(), { input });

async function audited(id: string): Promise<unknown[]> {
  const [rows] = await database().execute(
    sql`select action from audit where subject_id = ${id} and actor_kind = 'console' order by at, id`,
  );
  return (rows as unknown as { action: string }[]).map(({ action }) => action);
}

const refresh = (refreshToken: string) => new Client().post('/v1/sessions/refresh', { refreshToken });

describe('kingbus accounts', () => {
  it('shows one by its username or its id, and lists those that are asked for', async () => {
    const { account } = await newDriver({ active: false });
    for (const name of [account.username, account.username.toUpperCase(), account.id]) {
      expect(JSON.parse((await accounts(['show', name, '--json'])).stdout)).toEqual(account);
    }
    const before = account.username.slice(0, -1);
    const words = ['list', '--role', 'driver', '--state', 'pending', '--after', before, '--limit', '1'];
    expect((await accounts(words)).stdout).toBe(
      `${account.username.padEnd(24)}  driver    pending    ${account.createdAt.slice(0, 10)}  ${account.id}`,
    );
    expect(await accounts(['show', 'nobody-at-all'])).toMatchObject({
      exitCode: 1,
      stderr: 'kingbus: there is no such account: kingbus accounts list',
    });
    expect((await accounts(['list', '--role', 'king'])).exitCode).toBe(2);
  });

  it('suspends and restores one, in the name of the console: its sessions and sockets end', async () => {
    const person = await newCustomer();
    const chat = await connectTo(chatUrl(), person);
    expect((await accounts(['suspend', person.account.username])).stdout).toBe(
      `${person.account.username} is suspended.`,
    );
    expect(await refresh(person.refreshToken)).toMatchObject({ status: 401 });
    await chat.closed;
    const credentials = { username: person.account.username, password };
    expect(await new Client().post('/v1/sessions', credentials)).toMatchObject(refusal(403, 'account_suspended'));
    expect((await accounts(['restore', person.id])).stdout).toBe(`${person.account.username} is active again.`);
    await logIn(person.account.username);
    expect(await audited(person.id)).toEqual(['account.suspend', 'account.restore']);
  });

  it('says why it suspends one, and not too much', async () => {
    const person = await newCustomer();
    expect((await accounts(['suspend', person.id, '--reason', '사칭 신고'])).exitCode).toBe(0);
    const [rows] = await database().execute(
      sql`select decision_reason as reason from accounts where id = ${person.id}`,
    );
    expect(rows).toEqual([{ reason: '사칭 신고' }]);
    const other = await newCustomer();
    expect((await accounts(['suspend', other.id, '--reason', 'x'.repeat(501)])).exitCode).toBe(1);
    await logIn(other.account.username);
  });

  it('verifies an operator that has what it needs, and another one where it is told to', async () => {
    const [ready, lone] = await Promise.all([
      newDriver({ active: false }),
      newDriver({ active: false, carrier: null }),
    ]);
    expect((await accounts(['activate', ready.account.username])).stdout).toBe(`${ready.account.username} is active.`);
    expect(await accounts(['activate', lone.account.username])).toMatchObject({
      exitCode: 1,
      stderr: `kingbus: ${lone.account.username} lacks what a verification needs: carrier (--override)`,
    });
    expect((await accounts(['activate', lone.id, '--override'])).exitCode).toBe(0);
    expect(await audited(lone.id)).toEqual(['operator.activate']);
  });

  it('logs one out everywhere', async () => {
    const person = await newCustomer();
    await logIn(person.account.username);
    expect((await accounts(['log-out', person.account.username])).stdout).toBe(
      `${person.account.username}: 2 sessions have ended.`,
    );
    expect(await refresh(person.refreshToken)).toMatchObject(refusal(401, 'session_ended'));
    expect(await audited(person.id)).toEqual(['account.end_sessions']);
  });

  it('gives one another password, which has to be one, and ends its sessions', async () => {
    const { account, id, refreshToken } = await newCustomer();
    const refused = await accounts(['reset-password', account.username], `${account.username}\n`);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('the password on standard input: ') });
    expect(refused.stderr).not.toContain(account.username);
    const secret = 'another horse, another battery';
    expect(await accounts(['reset-password', account.username], `${secret}\n`)).toMatchObject({
      exitCode: 0,
      stdout: `${account.username} has another password; its sessions have ended.`,
    });
    expect((await refresh(refreshToken)).status).toBe(401);
    const client = new Client();
    expect((await client.post('/v1/sessions', { username: account.username, password })).status).toBe(401);
    expect((await client.post('/v1/sessions', { username: account.username, password: secret })).status).toBe(201);
    expect(await audited(id)).toEqual(['account.reset_password']);
  });

  it.each(pages)('what it did to one is found as %s says', async (page) => {
    const { id, account } = await newCustomer();
    for (const [word, input] of [
      ['suspend'],
      ['restore'],
      ['log-out'],
      ['reset-password', 'another horse, a battery'],
    ]) {
      expect(await accounts([word as string, account.username], input)).toMatchObject({ exitCode: 0, stderr: '' });
    }
    const text = readFileSync(join(checkout, page), 'utf8');
    const [, statement = ''] = /`mariadb kingbus --execute "(select [^"]+ from audit [^"]+)"`/u.exec(text) ?? [];
    const [rows] = await database().execute(sql.raw(statement.replace('ID', id)));
    expect(rows).toEqual([
      expect.objectContaining({ action: 'account.register' }),
      expect.objectContaining({ action: 'account.log_in' }),
      ...['suspend', 'restore', 'end_sessions', 'reset_password'].map((what) => ({
        at: expect.anything(),
        action: `account.${what}`,
        actor_kind: 'console',
        actor_id: null,
      })),
    ]);
  });
});

describe('kingbus jobs', () => {
  it('says when each last ran', async () => {
    const { stdout } = await kingbus(['jobs', '--json'], settings());
    const { jobs } = JSON.parse(stdout) as { jobs: { name: string }[] };
    expect(jobs.map(({ name }) => name)).toContain('deliver-outbox');
    expect((await kingbus(['jobs'], settings())).stdout).toMatch(/^collect-orphan-files +\w+ +\S+ +due \d{4}-/mu);
  });
});
