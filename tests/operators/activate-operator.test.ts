import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal } from '../support/clients/client.ts';
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

  it('works for a company too, and once only', async () => {
    const [admin, company] = await Promise.all([newAdmin(), newCompany({ active: false })]);
    const answers = await Promise.all(Array.from({ length: 4 }, () => admin.post(activate(company.id))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status !== 200) expect(answer).toMatchObject(refusal(409, 'account_not_pending'));
    }
  });

  it('finds no operator in a customer, an unknown id, or what is no id', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    for (const id of [customer.id, randomUUID(), 'driver', '1']) {
      expect(await admin.post(activate(id))).toMatchObject(refusal(404, 'not_found'));
    }
  });
});
