import { describe, expect, it } from 'vitest';
import { idsBetween } from '../../functions/operators/audit-query.ts';
import { createNewId } from '../../functions/new-id.ts';
import { refusal } from '../support/clients/client.ts';
import { walk } from '../support/clients/walk.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { logIn, newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';

interface Line {
  id: string;
  at: string;
  action: string;
  actorId?: string | null;
  by?: string;
  address: string | null;
  subjectId: string;
}

const path = '/v1/admin/audit';
const actions = (lines: Line[]) => lines.map(({ action }) => action);

describe('GET /v1/admin/audit', () => {
  it('lists what an account did, what was done to a thing, and where one kind of thing was done', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany({ active: false })]);
    await admin.post(`/v1/admin/operators/${company.id}/refuse`, { reason: '서류 누락' });
    await admin.post(`/v1/admin/operators/${company.id}/activate`);
    const list = (query: string) => walk<Line>(admin, `${path}?${query}`, 100);
    const done = ['operator.activate', 'operator.refuse'];
    expect(actions(await list(`actor=${admin.id}`)).filter((action) => done.includes(action))).toEqual(done);
    expect(actions(await list(`subject=operator:${company.id}`))).toEqual(done);
    expect(actions(await list(`subject=operator:${company.id.toUpperCase()}`))).toEqual(done);
    const refusals = await list('action=operator.refuse');
    expect(new Set(actions(refusals))).toEqual(new Set(['operator.refuse']));
    expect(refusals).toContainEqual(expect.objectContaining({ subjectId: company.id, actorId: admin.id }));
    const all = await list('');
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
  });

  it('lists a period: from a time on, and before another', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany()]);
    await company.post('/v1/me/operator/code');
    await company.post('/v1/me/operator/code');
    const list = async (query: string) =>
      (await walk<Line>(admin, `${path}?actor=${company.id}&${query}`, 100)).filter(({ action }) =>
        action.endsWith('make_code'),
      );
    const both = await list('');
    expect(both).toHaveLength(2);
    const hour = 3_600_000;
    const around = (ms: number) => encodeURIComponent(new Date(Date.now() + ms).toISOString());
    expect(await list(`from=${around(-hour)}&to=${around(hour)}`)).toEqual(both);
    expect(await list(`from=${around(hour)}`)).toEqual([]);
    expect(await list(`to=${around(-hour)}`)).toEqual([]);
    expect(await walk(admin, `${path}?from=${around(hour)}&to=${around(-hour)}`, 100)).toEqual([]);
  });

  it('finds the time in the ids of its lines', () => {
    const at = Date.parse('2026-11-28T00:00:00.000Z');
    const [before, then, after] = [at - 1, at, at + 1].map((now) => createNewId(() => now)());
    const { since } = idsBetween({ from: new Date(at).toISOString() });
    expect([String(before) < since, String(then) >= since, String(after) >= since]).toEqual([true, true, true]);
    expect(idsBetween({ from: '0001-01-01T00:00:00.000Z' }).since).toBe('00000000-0000-7000-8000-000000000000');
    expect(idsBetween({ to: '9999-12-31T23:59:59.999Z' }).until > since).toBe(true);
  });

  const id = '0190f5fe-7c00-7a00-8000-000000000000';
  it.each([
    `actor=${id}&action=order.place`,
    `actor=${id}&subject=order:${id}`,
    `subject=order:${id}&action=order.place`,
    'actor=me',
    'subject=order',
    `subject=${id}`,
    `subject=order:${id}x`,
    'action=order',
    'action=*',
    'from=yesterday',
  ])('refuses ?%s', async (query) => {
    expect(await (await newAdmin()).get(`${path}?${query}`)).toMatchObject(refusal(422, 'validation_failed'));
  });
});

describe('GET /v1/me/audit', () => {
  it('tells what I did and what was done to my account, and of others nothing', async () => {
    const [admin, driver, customer] = await Promise.all([newAdmin(), newDriver({ active: false }), newCustomer()]);
    await admin.post(`/v1/admin/operators/${driver.id}/activate`);
    await admin.get(`/v1/admin/accounts/${driver.id}`);
    const again = await logIn(driver.account.username);
    await quoted(again, await placed(customer));
    const lines = await walk<Line>(again, '/v1/me/audit', 100);
    const told = lines.map(({ action, by }) => `${by}: ${action}`);
    expect(told).toEqual(
      expect.arrayContaining(['another: operator.activate', 'another: account.view', 'visitor: account.log_in']),
    );
    for (const line of lines) {
      expect(Object.keys(line).toSorted()).toEqual(['action', 'address', 'at', 'by', 'id', 'subjectId', 'subjectKind']);
      if (line.by === 'another') expect(line.address).toBeNull();
    }
    expect(JSON.stringify(lines)).not.toContain(admin.id);
    expect((await walk<Line>(again, '/v1/me/audit', 2)).map(({ id }) => id)).toEqual(lines.map(({ id }) => id));
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    const strangers = await walk<Line>(customer, '/v1/me/audit', 100);
    expect(strangers.filter(({ subjectId }) => subjectId === driver.id)).toEqual([]);
  });
});
