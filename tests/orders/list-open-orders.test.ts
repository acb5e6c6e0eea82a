import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

/** The newest open orders: everyone's, so other tests' too. */
const newest = async (operator: Person) => (await operator.get<Page<Order>>('/v1/open-orders?limit=100')).body.items;

describe('GET /v1/open-orders', () => {
  it('shows open orders of all customers to active operators, newest first', async () => {
    const [one, two, driver, company] = await Promise.all([newCustomer(), newCustomer(), newDriver(), newCompany()]);
    const first = await placed(one);
    const second = await placed(two);
    for (const operator of [driver, company]) {
      const found = (await newest(operator)).filter(({ id }) => id === first.id || id === second.id);
      expect(found).toEqual([second, first]);
    }
  });

  it('leaves out an order that is selected', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const quote = await quoted(driver, order);
    await customer.post(`/v1/quotes/${quote.id}/select`);
    expect((await newest(driver)).map(({ id }) => id)).not.toContain(order.id);
  });

  it('waits for an admin to verify the operator', async () => {
    const pending = await newDriver({ active: false });
    expect(await pending.get('/v1/open-orders')).toMatchObject(refusal(403, 'operator_not_active'));
  });
});
