import { describe, expect, it } from 'vitest';
import type { CountedPage, Page } from '../../functions/http/paging.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { walk } from '../support/clients/walk.ts';
import { departed, placed, quoted } from '../support/people/deals.ts';
import { inDays } from '../support/people/orders.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
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

  it('lists one kind alone, and those that leave next first', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    // Sooner than any other test's.
    const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const shuttle = {
      kind: 'shuttle',
      weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      termEndsOn: inDays(20).slice(0, 10),
    };
    const third = await placed(customer, { departureAt: soon(7) });
    const first = await placed(customer, { ...shuttle, departureAt: soon(5) });
    const second = await placed(customer, { departureAt: soon(6) });
    const mine = async (query: string) => {
      const orders = await walk<Order>(driver, `/v1/open-orders?${query}`, 100);
      return orders.filter(({ customer: { id } }) => id === customer.id).map(({ id }) => id);
    };
    expect(await mine('sort=departure')).toEqual([first.id, second.id, third.id]);
    expect(await mine('kind=one_way&sort=departure')).toEqual([second.id, third.id]);
    expect(await mine('kind=shuttle')).toEqual([first.id]);
    expect(await mine('sort=new')).toEqual([second.id, first.id, third.id]);
  });

  it('lists none whose departure has passed, in no order', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    await departed(order);
    for (const query of ['sort=new', 'sort=departure', 'kind=one_way', 'kind=one_way&sort=departure']) {
      const ids = (await walk<Order>(driver, `/v1/open-orders?${query}`, 100)).map(({ id }) => id);
      expect(ids, query).not.toContain(order.id);
    }
  });

  it('counts them where that is asked for', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    await placed(customer);
    const { body } = await driver.get<CountedPage<Order>>('/v1/open-orders?limit=1&count=true');
    expect(body.count?.exact).toBe(true);
    expect(body.count?.value).toBeGreaterThan(0);
    expect(body.items).toHaveLength(1);
    expect((await driver.get<CountedPage<Order>>('/v1/open-orders?limit=1')).body).not.toHaveProperty('count');
  });

  it('is closed to an operator who has been suspended, while its token lives', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver()]);
    await admin.post(`/v1/admin/accounts/${driver.id}/suspend`);
    expect(await driver.get('/v1/open-orders')).toMatchObject(refusal(403, 'account_suspended'));
  });
});
