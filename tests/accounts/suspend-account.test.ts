import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Client, refusal } from '../support/clients/client.ts';
import { logIn, newAdmin, newCustomer, newDriver, password } from '../support/people/people.ts';

const suspend = ({ id }: { id: string }) => `/v1/admin/accounts/${id}/suspend`;

describe('POST /v1/admin/accounts/{accountId}/suspend', () => {
  it('shuts an account out and ends all of its sessions', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    const second = await logIn(driver.account.username);
    expect(await admin.post(suspend(driver))).toMatchObject({
      status: 200,
      body: { id: driver.id, state: 'suspended' },
    });
    for (const { refreshToken } of [driver, second]) {
      const answer = await new Client().post('/v1/sessions/refresh', { refreshToken });
      expect(answer).toMatchObject(refusal(401, 'session_ended'));
    }
    const credentials = { username: driver.account.username, password };
    expect(await new Client().post('/v1/sessions', credentials)).toMatchObject(refusal(403, 'account_suspended'));
    expect(await driver.get('/v1/open-orders')).toMatchObject(refusal(403, 'account_suspended'));
  });

  it('lets no log-in slip through that happens at the same time', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    const client = new Client();
    const credentials = { username: customer.account.username, password };
    const [, ...sessions] = await Promise.all([
      admin.post(suspend(customer)),
      ...Array.from({ length: 6 }, () => client.post<{ refreshToken: string }>('/v1/sessions', credentials)),
    ]);
    for (const { status, body } of sessions) {
      expect([201, 403]).toContain(status);
      if (status !== 201) continue;
      const answer = await client.post('/v1/sessions/refresh', { refreshToken: body.refreshToken });
      expect(answer).toMatchObject(refusal(401, 'session_ended'));
    }
  });

  it('may be done again', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    for (let time = 0; time < 2; time++) expect((await admin.post(suspend(customer))).status).toBe(200);
  });

  it('does not bring back whom it shut out', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false })]);
    await admin.post(suspend(driver));
    expect(await admin.post(`/v1/admin/operators/${driver.id}/activate`)).toMatchObject(
      refusal(409, 'account_not_pending'),
    );
  });

  it('is not for oneself', async () => {
    const admin = await newAdmin();
    for (const id of [admin.id, admin.id.toUpperCase()]) {
      expect(await admin.post(suspend({ id }))).toMatchObject(refusal(409, 'own_account'));
    }
  });

  it('finds nobody at an unknown id', async () => {
    expect(await (await newAdmin()).post(suspend({ id: randomUUID() }))).toMatchObject(refusal(404, 'not_found'));
  });
});
