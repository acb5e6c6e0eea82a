import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { audit } from '../../schema/audit.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';

const activate = (accountId: string) => `/v1/admin/operators/${accountId}/activate`;

describe('POST /v1/admin/operators/{accountId}/activate', () => {
  it('makes a pending operator active', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false })]);
    expect(driver.account.state).toBe('pending');
    const answer = await admin.post(activate(driver.id));
    expect(answer).toMatchObject({ status: 200, body: { id: driver.id, state: 'active' } });
    expect((await driver.get('/v1/me')).body).toMatchObject({ state: 'active' });
    expect((await driver.get('/v1/open-orders')).status).toBe(200);
  });

  it('is done once, whoever asks again: the same admin finds it done, another one is told so', async () => {
    const [admin, other, company] = await Promise.all([newAdmin(), newAdmin(), newCompany({ active: false })]);
    const answers = await Promise.all(Array.from({ length: 4 }, () => admin.post(activate(company.id))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const lines = await database().select().from(audit).where(eq(audit.subjectId, company.id));
    expect(lines.filter(({ action }) => action === 'operator.activate')).toMatchObject([{ actorId: admin.id }]);
    expect(await other.post(activate(company.id))).toMatchObject({
      ...refusal(409, 'account_not_pending'),
      body: { state: 'active' },
    });
  });

  it('finds no operator in a customer, an unknown id, or what is no id', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    for (const id of [customer.id, randomUUID(), 'driver', '1']) {
      expect(await admin.post(activate(id))).toMatchObject(refusal(404, 'not_found'));
    }
  });
});
