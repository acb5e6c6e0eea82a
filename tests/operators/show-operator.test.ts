import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal } from '../support/clients/client.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';

const at = ({ id }: { id: string }) => `/v1/operators/${id}`;

describe('GET /v1/operators/{accountId}', () => {
  it('shows the public face of a company, and how to reach it to nobody', async () => {
    const [customer, company] = await Promise.all([newCustomer(), newCompany()]);
    const { status, body } = await customer.get(at(company));
    expect(status).toBe(200);
    expect(body).toEqual({
      id: company.id,
      role: 'company',
      displayName: company.account.displayName,
      introduction: '전국 어디나 모십니다.',
      serviceArea: '전국',
      regions: [],
      videoLink: null,
      verified: true,
      carrier: null,
      address: '경기도 수원시 영통구 삼성로 129',
      fleetSize: 12,
      rating: null,
      reviewCount: 0,
      memberSince: company.account.createdAt,
    });
  });

  it('shows a driver to a rival too', async () => {
    const [driver, rival] = await Promise.all([newDriver(), newDriver({ active: false })]);
    expect(await rival.get(at(driver))).toMatchObject({ status: 200, body: { role: 'driver', address: null } });
  });

  it('finds nobody who is pending, suspended, no operator, or not there', async () => {
    const [admin, customer, pending, suspended] = await Promise.all([
      newAdmin(),
      newCustomer(),
      newDriver({ active: false }),
      newDriver(),
    ]);
    await admin.post(`/v1/admin/accounts/${suspended.id}/suspend`);
    for (const person of [pending, suspended, customer, admin, { id: randomUUID() }]) {
      expect(await customer.get(at(person))).toMatchObject(refusal(404, 'not_found'));
    }
  });
});
