import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { audit } from '../../schema/audit.ts';
import { refusal } from '../support/clients/client.ts';
import { walk } from '../support/clients/walk.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCompany, newCustomer, newDriver, register, validCustomer } from '../support/people/people.ts';

const path = '/v1/admin/accounts';
const ids = (found: { id: string }[]) => found.map(({ id }) => id);

describe('GET /v1/admin/accounts', () => {
  it('finds by how a username, an e-mail address or a phone number begins', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    const { username, email, phone, displayName, createdAt } = customer.account;
    const texts = [
      username,
      username.slice(0, -2).toUpperCase(),
      `${email?.slice(0, -3)}`,
      phone ?? '',
      `0${phone?.slice(3)}`,
      `010-${phone?.slice(5, 9)}-${phone?.slice(9)}`,
    ];
    for (const q of texts) {
      const found = await walk<object>(admin, `${path}?q=${encodeURIComponent(q)}`, 100);
      const mine = { id: customer.id, role: 'customer', state: 'active', username, displayName, createdAt };
      expect({ q, found }).toEqual({ q, found: expect.arrayContaining([mine]) });
    }
    expect(await walk(admin, `${path}?q=${username}x`, 100)).toEqual([]);
  });

  it('refuses a cursor with what no name can be', async () => {
    const admin = await newAdmin();
    await Promise.all([newCustomer(), newCustomer()]);
    const page = `${path}?q=customer&limit=1`;
    const { nextCursor } = (await admin.get<{ nextCursor: string }>(page)).body;
    const [mark] = JSON.parse(Buffer.from(nextCursor, 'base64url').toString()) as [string];
    const cursor = Buffer.from(JSON.stringify([mark, '민지'])).toString('base64url');
    const answer = await admin.get(`${page}&cursor=${cursor}`);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/cursor' }] } });
  });

  it('walks what begins so in its order, without a hole or a double', async () => {
    const [admin, mark] = [await newAdmin(), `zz-${randomUUID().slice(0, 8)}`];
    const names = ['c', 'a', 'e', 'b', 'd'].map((letter) => `${mark}-${letter}`);
    for (const username of names) await register({ ...validCustomer(), username, email: `${username}@example.com` });
    for (const q of [mark, `${mark}-`, `${mark}@`, `${mark}-c@`]) {
      const found = await walk<{ username: string }>(admin, `${path}?q=${q}`, 2);
      const expected = q.endsWith('@') ? names.filter((name) => q === `${name}@`) : names.toSorted();
      expect(found.map(({ username }) => username)).toEqual(expected);
    }
  });

  it('lists by role and by state, the newest first', async () => {
    const [admin, driver, company] = await Promise.all([newAdmin(), newDriver({ active: false }), newCompany()]);
    const list = (query: string) => walk<{ id: string }>(admin, `${path}?${query}`, 100);
    expect(ids(await list('role=driver&state=pending'))).toContain(driver.id);
    expect(ids(await list('state=pending'))).toContain(driver.id);
    expect(ids(await list('role=company'))).toContain(company.id);
    expect(ids(await list('role=company'))).not.toContain(driver.id);
    const all = await list('');
    expect(ids(all)).toEqual(ids(all).toSorted().toReversed());
    // The product's own account is nobody's to see.
    expect(ids(all)).not.toContain('00000000-0000-7000-8000-000000000000');
    expect(ids(await list('state=suspended'))).not.toContain('00000000-0000-7000-8000-000000000000');
    expect(await list('q=kingbus.')).toEqual([]);
  });

  it.each([
    'q=minji&role=customer',
    'q=minji&state=active',
    'q=m',
    'q=',
    'q=민지',
    'role=system',
    'state=gone',
    'sort=new',
  ])('refuses ?%s', async (query) => {
    expect(await (await newAdmin()).get(`${path}?${query}`)).toMatchObject(refusal(422, 'validation_failed'));
  });
});

describe('GET /v1/admin/accounts/{accountId}', () => {
  it('shows an account with its profile as an operator, and writes down who looked', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany()]);
    const { status, body } = await admin.get(`${path}/${company.id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      ...company.account,
      language: 'ko',
      emailVerifiedAt: null,
      phoneVerifiedAt: null,
      decisionReason: null,
      closedAt: null,
      operator: (await company.get('/v1/me/operator')).body,
    });
    const lines = await database().select().from(audit).where(eq(audit.subjectId, company.id));
    expect(lines.filter(({ action }) => action === 'account.view')).toMatchObject([{ actorId: admin.id }]);
  });

  it('has no operator for a customer, and finds nobody who is not there', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    expect((await admin.get(`${path}/${customer.id}`)).body).toMatchObject({ id: customer.id, operator: null });
    for (const id of [randomUUID(), 'x', '00000000-0000-7000-8000-000000000000'])
      expect(await admin.get(`${path}/${id}`)).toMatchObject(refusal(404, 'not_found'));
  });
});

describe('an admin who has been suspended', () => {
  it.each([
    ['GET', '/v1/admin/accounts'],
    ['GET', '/v1/admin/accounts/{id}'],
    ['GET', '/v1/admin/audit'],
    ['GET', '/v1/me/audit'],
    ['POST', '/v1/admin/operators/{id}/refuse'],
    ['POST', '/v1/admin/operators/{id}/activate'],
    ['POST', '/v1/admin/accounts/{id}/suspend'],
  ])('is told so at %s %s, while its token lives', async (method, route) => {
    const [admin, other, driver] = await Promise.all([newAdmin(), newAdmin(), newDriver({ active: false })]);
    await other.post(`/v1/admin/accounts/${admin.id}/suspend`);
    const body = method === 'POST' && route.endsWith('refuse') ? { reason: 'x' } : undefined;
    const answer = await admin.call(route.replace('{id}', driver.id), { method, body });
    expect(answer).toMatchObject(refusal(403, 'account_suspended'));
    expect((await driver.get('/v1/me')).body).toMatchObject({ state: 'pending' });
  });
});
