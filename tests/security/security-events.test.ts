import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeKey } from '../../adapters/node/make-key.ts';
import { openKeys } from '../../adapters/node/open-keys.ts';
import { createApp } from '../../functions/app.ts';
import { wrongFromOnePlace } from '../../functions/identity/guesses.ts';
import type { Log, Ports } from '../../functions/ports.ts';
import { securityEvents } from '../../functions/security/security-events.ts';
import type { SecurityEvent } from '../../functions/security/security-events.ts';
import { checkout } from '../../local/folder.ts';
import { newAdmin, newCustomer, newDriver, password, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { testPorts } from '../support/ports.ts';
import { publicOrigin } from '../support/servers/context.ts';

type Line = Record<string, unknown>;

const app = createApp();
const logged: Line[] = [];
const write: Log['info'] = (values, msg) => void logged.push({ ...values, msg });
let ports: Ports;
let admin: Person;

beforeAll(async () => {
  ({ ports } = await testPorts({ log: { debug: write, info: write, warn: write, error: write } }));
  admin = await newAdmin();
});

/** An address in a network that nobody else calls from. */
const newAddress = (): string =>
  `2001:db8:${randomBytes(4)
    .toString('hex')
    .replace(/(.{4})/u, '$1:')}::1`;

async function call(
  path: string,
  { body, by, from = newAddress(), method = 'POST' }: { body?: object; by?: Person; from?: string; method?: string },
): Promise<{ status: number; body: Line }> {
  const request = new Request(publicOrigin + path, {
    method,
    headers: { 'Content-Type': 'application/json', ...(by && { Authorization: `Bearer ${by.token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const response = await app.fetch(request, { ports, address: from });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Line) };
}

const logIn = (username: string, secret: string, from?: string) =>
  call('/v1/sessions', { body: { username, password: secret }, ...(from && { from }) });

const suspend = (accountId: string) => call(`/v1/admin/accounts/${accountId}/suspend`, { by: admin });

/** Those that somebody makes happen by asking for something. */
type Asked = Exclude<SecurityEvent, 'authn_keys_changed'>;

/** What makes each of them happen, and what its line says then. */
const acts: Record<Asked, () => Promise<Line>> = {
  async authn_login_success() {
    const { account } = await newCustomer();
    const { status } = await logIn(account.username, password);
    expect(status).toBe(201);
    return { accountId: account.id, by: 'visitor', session: expect.any(String) };
  },
  async authn_login_fail() {
    const { account } = await newCustomer();
    expect((await logIn(account.username, 'something else')).status).toBe(401);
    return { accountId: account.id, reason: 'wrong password' };
  },
  async authn_login_fail_max() {
    const { account } = await newCustomer();
    const from = newAddress();
    const { attempts = 0 } = wrongFromOnePlace[0] ?? {};
    for (let index = 0; index < attempts; index++) await logIn(account.username, 'something else', from);
    expect((await logIn(account.username, password, from)).status).toBe(429);
    return { of: 'place', seconds: expect.any(Number) };
  },
  async authn_login_lock() {
    const { id } = await newCustomer();
    expect((await suspend(id)).status).toBe(200);
    return { accountId: id, by: 'account', byAccountId: admin.id };
  },
  async authn_login_unlock() {
    const { id } = await newCustomer();
    await suspend(id);
    expect((await call(`/v1/admin/accounts/${id}/restore`, { by: admin })).status).toBe(200);
    return { accountId: id, by: 'account', byAccountId: admin.id };
  },
  async authn_password_change() {
    const person = await newCustomer();
    const body = { password, newPassword: `another ${password}` };
    expect((await call('/v1/me/password', { by: person, method: 'PUT', body })).status).toBe(204);
    return { accountId: person.id, byAccountId: person.id };
  },
  async authn_token_reuse() {
    const { id, refreshToken } = await newCustomer();
    expect((await call('/v1/sessions/refresh', { body: { refreshToken } })).status).toBe(200);
    expect((await call('/v1/sessions/refresh', { body: { refreshToken } })).status).toBe(401);
    return { accountId: id, session: expect.any(String), reused: true };
  },
  async authz_fail() {
    const customer = await newCustomer();
    expect((await call('/v1/admin/jobs', { by: customer, method: 'GET' })).status).toBe(403);
    return { accountId: customer.id, role: 'customer', reason: 'not admin' };
  },
  async authz_change() {
    const { id } = await newDriver({ active: false });
    expect((await call(`/v1/admin/operators/${id}/activate`, { by: admin })).status).toBe(200);
    return { accountId: id, byAccountId: admin.id };
  },
  async excess_rate_limit_exceeded() {
    const from = newAddress();
    let status = 0;
    while (status !== 429) ({ status } = await call('/v1/sessions', { body: {}, from }));
    return { action: 'public-write' };
  },
  async user_created() {
    const { status, body } = await call('/v1/accounts', { body: validCustomer() });
    expect(status).toBe(201);
    return { accountId: body['id'], role: 'customer', by: 'visitor' };
  },
};

const linesOf = (event: SecurityEvent, from: number): Line[] =>
  logged.slice(from).filter((line) => line['kind'] === 'security' && line['event'] === event);

describe('a line of the log of the kind security', () => {
  test('has a row in the documents for each event', () => {
    const text = readFileSync(join(checkout, 'docs/security.md'), 'utf8');
    const [, section = ''] = text.split('## Security events\n');
    const rows = [...section.matchAll(/^\| `(\w+)` /gmu)].map(([, name]) => name);
    expect(rows).toEqual(securityEvents);
  });

  test.each(Object.keys(acts) as Asked[])(
    'tells of %s, with ids and an address, and nothing that was typed',
    async (event) => {
      const before = logged.length;
      const values = await acts[event]();
      expect(linesOf(event, before).at(-1)).toMatchObject({
        kind: 'security',
        event,
        msg: expect.any(String),
        address: expect.stringContaining('2001:db8:'),
        requestId: expect.any(String),
        ...values,
      });
      const text = JSON.stringify(logged.slice(before));
      for (const secret of [password, 'something else', 'customer-', 'driver-', '@example.com', 'eyJ']) {
        expect(text).not.toContain(secret);
      }
    },
  );

  test('tells of authn_keys_changed, with the ids of the keys and no key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kingbus-keys-'));
    const first = await makeKey(folder, { signsFrom: 0 });
    const keys = await openKeys(folder, { strict: true }, ports.log);
    const before = logged.length;
    const second = await makeKey(folder, { signsFrom: Date.now() });
    await keys.reload();
    keys.close();
    rmSync(folder, { recursive: true });
    const [line] = linesOf('authn_keys_changed', before);
    const of = ({ jwk: { kid } }: typeof first) => expect.objectContaining({ kid });
    expect(line).toMatchObject({ keys: expect.arrayContaining([of(first), of(second)]) });
    expect(JSON.stringify(line)).not.toContain(second.jwk.d);
  });

  test('tells why a log-in failed, and of a name that nobody has no more than that', async () => {
    const before = logged.length;
    const { account } = await newCustomer();
    await suspend(account.id);
    await logIn(account.username, password);
    await logIn('nobody-has-this-name', password);
    const [suspended, unknown] = linesOf('authn_login_fail', before);
    expect(suspended).toMatchObject({ accountId: account.id, reason: 'suspended' });
    expect(unknown).toMatchObject({ reason: 'unknown name' });
    expect(unknown?.['accountId']).toBeUndefined();
    expect(JSON.stringify(unknown)).not.toContain('nobody-has');
  });

  test.each(['GET', 'POST'])('tells of a suspended admin who goes on: %s', async (method) => {
    const gone = await newAdmin();
    await suspend(gone.id);
    const before = logged.length;
    const path = method === 'GET' ? '/v1/admin/jobs' : `/v1/admin/accounts/${admin.id}/suspend`;
    expect((await call(path, { by: gone, method })).status).toBe(403);
    expect(linesOf('authz_fail', before)).toEqual([
      expect.objectContaining({ accountId: gone.id, role: 'admin', reason: 'suspended' }),
    ]);
  });
});
