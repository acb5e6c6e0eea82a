import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { accounts } from '../../schema/accounts.ts';
import { audit } from '../../schema/audit.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { placed } from '../support/people/deals.ts';
import { database } from '../support/db/run-database.ts';
import { logIn, newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

const suspend = (admin: Person, { id }: { id: string }) => admin.post(`/v1/admin/accounts/${id}/suspend`);
const restore = (admin: Person, { id }: { id: string }) => admin.post(`/v1/admin/accounts/${id}/restore`);

describe('POST /v1/admin/accounts/{accountId}/restore', () => {
  it.each<[string, () => Promise<Person>, string]>([
    ['a customer', newCustomer, 'active'],
    ['a driver who was verified', newDriver, 'active'],
    ['a company that was verified', newCompany, 'active'],
    ['a driver who was not', () => newDriver({ active: false }), 'pending'],
    ['an admin', newAdmin, 'active'],
  ])('makes of %s what it was', async (_who, make, state) => {
    const [admin, person] = await Promise.all([newAdmin(), make()]);
    await suspend(admin, person);
    // Suspended twice, it was still the same before.
    await suspend(admin, person);
    expect(await restore(admin, person)).toMatchObject({ status: 200, body: { id: person.id, state } });
    const back = await logIn(person.account.username);
    expect(back.account.state).toBe(state);
    expect(await back.get('/v1/me')).toMatchObject({ status: 200, body: { state } });
  });

  it('lets the account act again, and leaves its sessions ended', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    await suspend(admin, customer);
    await restore(admin, customer);
    const answer = await new Client().post('/v1/sessions/refresh', { refreshToken: customer.refreshToken });
    expect(answer).toMatchObject(refusal(401, 'session_ended'));
    await placed(await logIn(customer.account.username));
  });

  it('may be done again, and to an account that was never suspended', async () => {
    const [admin, other, driver, waiting] = await Promise.all([
      newAdmin(),
      newAdmin(),
      newDriver(),
      newDriver({ active: false }),
    ]);
    await suspend(admin, driver);
    for (const each of [admin, admin, other]) {
      expect(await restore(each, driver)).toMatchObject({ status: 200, body: { state: 'active' } });
    }
    expect(await restore(admin, waiting)).toMatchObject({ status: 200, body: { state: 'pending' } });
  });

  it('verifies no operator of whom it is not known', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    await suspend(admin, driver);
    await database()
      .update(accounts)
      .set({ suspendedFrom: null })
      .where(eq(accounts.id, driver.id as AccountId));
    expect(await restore(admin, driver)).toMatchObject({ status: 200, body: { state: 'pending' } });
  });

  it('is written down', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    await suspend(admin, customer);
    await restore(admin, customer);
    await restore(admin, customer);
    const lines = await database().select().from(audit).where(eq(audit.subjectId, customer.id)).orderBy(audit.id);
    const done = lines
      .filter(({ action }) => action !== 'account.log_in')
      .map(({ action, actorId }) => [action, actorId]);
    expect(done.slice(-2)).toEqual([
      ['account.suspend', admin.id],
      ['account.restore', admin.id],
    ]);
  });

  it('finds nobody at an unknown id', async () => {
    expect(await restore(await newAdmin(), { id: randomUUID() })).toMatchObject(refusal(404, 'not_found'));
  });
});
