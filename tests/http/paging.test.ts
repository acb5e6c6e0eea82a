import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { placed } from '../support/people/deals.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

const refused = { ...refusal(422, 'validation_failed'), body: { errors: [{ pointer: '/cursor' }] } };

describe('a cursor', () => {
  let customer: Person;
  let other: Person;
  let driver: Person;
  let orders: Order[];
  const page = async (person: Person, path: string) => (await person.get<Page<Order>>(path)).body;

  beforeAll(async () => {
    [customer, other, driver] = await Promise.all([newCustomer(), newCustomer(), newDriver()]);
    orders = [await placed(customer), await placed(customer), await placed(customer)];
    await placed(other);
  });

  it('goes on where it was given', async () => {
    const { nextCursor } = await page(customer, '/v1/orders?limit=2');
    expect(await page(customer, `/v1/orders?limit=1&cursor=${nextCursor}`)).toMatchObject({
      items: [{ id: orders[0]?.id }],
      nextCursor: null,
    });
  });

  it('is none of another list', async () => {
    const { nextCursor } = await page(customer, '/v1/orders?limit=1');
    expect(await customer.get(`/v1/rooms?cursor=${nextCursor}`)).toMatchObject(refused);
    expect(await customer.get(`/v1/orders/${orders[0]?.id}/quotes?cursor=${nextCursor}`)).toMatchObject(refused);
    const open = await page(driver, '/v1/open-orders?limit=1');
    expect(await driver.get(`/v1/quotes?cursor=${open.nextCursor}`)).toMatchObject(refused);
  });

  it('is none of another order, or of other filters', async () => {
    const { nextCursor } = await page(driver, '/v1/open-orders?limit=1');
    for (const query of ['sort=departure', 'kind=one_way', 'kind=shuttle&sort=departure']) {
      expect(await driver.get(`/v1/open-orders?${query}&cursor=${nextCursor}`), query).toMatchObject(refused);
    }
    const filtered = await page(driver, '/v1/open-orders?limit=1&kind=one_way');
    expect(await driver.get(`/v1/open-orders?cursor=${filtered.nextCursor}`)).toMatchObject(refused);
    // What is counted beside the list, or how long a page is, changes nothing about the order.
    expect((await driver.get(`/v1/open-orders?limit=2&count=true&sort=new&cursor=${nextCursor}`)).status).toBe(200);
  });

  it('is none of another account', async () => {
    const { nextCursor } = await page(customer, '/v1/orders?limit=1');
    expect(await other.get(`/v1/orders?cursor=${nextCursor}`)).toMatchObject(refused);
  });

  it('says nothing to who may not see the list', async () => {
    const { nextCursor } = await page(customer, '/v1/orders?limit=1');
    expect(await driver.get(`/v1/orders?cursor=${nextCursor}`)).toMatchObject(refusal(403, 'forbidden'));
  });
});

describe('a number in a URL', () => {
  it.each(['0x10', '1e1', '+5', '05', ' 5', '5 ', '5.0', '', '%35%00', 'Infinity', '9'.repeat(30), '٥'])(
    'is not "%s"',
    async (text) => {
      const customer = await newCustomer();
      const answer = await customer.get(`/v1/orders?limit=${encodeURIComponent(text)}`);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/limit' }] } });
      const message = `/v1/rooms/${randomUUID()}/messages/${encodeURIComponent(text)}`;
      expect((await customer.call(message, { method: 'DELETE' })).status).toBe(404);
    },
  );

  it('is a whole one in its bounds', async () => {
    const customer = await newCustomer();
    for (const limit of [1, 20, 100]) expect((await customer.get(`/v1/orders?limit=${limit}`)).status).toBe(200);
    for (const limit of [0, 101]) expect((await customer.get(`/v1/orders?limit=${limit}`)).status).toBe(422);
  });
});
