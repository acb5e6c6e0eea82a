import { describe, expect, it } from 'vitest';
import type { Account } from '../../functions/accounts/account-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import { walk } from '../support/clients/walk.ts';

const ids = (accounts: { id: string }[]) => accounts.map(({ id }) => id);

describe('GET /v1/admin/operators', () => {
  it('lists those who wait for verification with what is looked at, who waits longest first', async () => {
    const admin = await newAdmin();
    const driver = await newDriver({ active: false });
    const customer = await newCustomer();
    const company = await newCompany({ active: false });
    const active = await newDriver();
    const list = await walk<Account>(admin, '/v1/admin/operators', 100);
    const mine = new Set(ids([driver, company, customer, active]));
    const found = list.filter(({ id }) => mine.has(id));
    expect(ids(found)).toEqual([driver.id, company.id]);
    const { id, role, state, username, displayName, createdAt } = company.account;
    // Not how they are reached: who looks at that stands in the audit.
    expect(found[1]).toEqual({
      id,
      role,
      state,
      username,
      displayName,
      createdAt,
      introduction: '전국 어디나 모십니다.',
      serviceArea: '전국',
      businessNumber: '1248100998',
      address: '경기도 수원시 영통구 삼성로 129',
      fleetSize: 12,
    });
  });

  it('lists by any state', async () => {
    const [admin, active, suspended] = await Promise.all([newAdmin(), newCompany(), newDriver()]);
    await admin.post(`/v1/admin/accounts/${suspended.id}/suspend`);
    expect(ids(await walk(admin, '/v1/admin/operators?state=active', 100))).toContain(active.id);
    expect(ids(await walk(admin, '/v1/admin/operators?state=suspended', 100))).toContain(suspended.id);
  });

  it('walks all pages without a hole or a double, while operators register', async () => {
    const admin = await newAdmin();
    const waiting = [];
    for (let index = 0; index < 5; index++) waiting.push(await newDriver({ active: false }));
    const seen = ids(
      await walk<Account>(admin, '/v1/admin/operators', 3, (pages) =>
        pages < 3 ? newDriver({ active: false }) : Promise.resolve(),
      ),
    );
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(ids(waiting)));
  });

  it.each(['state=new', 'state=', 'state=pending&state=active', 'role=driver'])('refuses ?%s', async (query) => {
    expect(await (await newAdmin()).get(`/v1/admin/operators?${query}`)).toMatchObject(
      refusal(422, 'validation_failed'),
    );
  });

  it('is closed to an admin who has been suspended, while its token lives', async () => {
    const [admin, other] = await Promise.all([newAdmin(), newAdmin()]);
    await other.post(`/v1/admin/accounts/${admin.id}/suspend`);
    expect(await admin.get('/v1/admin/operators')).toMatchObject(refusal(403, 'account_suspended'));
  });
});
