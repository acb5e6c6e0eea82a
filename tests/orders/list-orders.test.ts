import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { departed, placed, quoted, selected } from '../support/people/deals.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { walk } from '../support/clients/walk.ts';

describe('GET /v1/orders', () => {
  it('lists my orders and nobody else’s, newest first', async () => {
    const [customer, other] = await Promise.all([newCustomer(), newCustomer()]);
    const [first] = [await placed(customer), await placed(other)];
    const second = await placed(customer);
    expect(await customer.get('/v1/orders')).toMatchObject({
      status: 200,
      body: { items: [second, first], nextCursor: null },
    });
  });

  it('is empty for someone new', async () => {
    expect((await (await newCustomer()).get('/v1/orders')).body).toEqual({ items: [], nextCursor: null });
  });

  it('walks all pages without a hole or a double, while orders are added', async () => {
    const customer = await newCustomer();
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) ids.unshift((await placed(customer)).id);
    const seen = await walk<Order>(customer, '/v1/orders', 2, () => placed(customer));
    expect(seen.map(({ id }) => id)).toEqual(ids);
  });

  it.each(['limit=0', 'limit=101', 'limit=abc', 'limit=-1', 'limit=1.5', 'limit=', 'limit=1&limit=2', 'page=2'])(
    'refuses ?%s',
    async (query) => {
      expect(await (await newCustomer()).get(`/v1/orders?${query}`)).toMatchObject(refusal(422, 'validation_failed'));
    },
  );

  it.each([
    'x',
    'AAAA',
    btoa('"1"'),
    btoa('[]').replaceAll('=', ''),
    btoa('{}').replaceAll('=', ''),
    '%00',
    'x'.repeat(201),
    '',
  ])('refuses the cursor "%s" in the language of the caller', async (cursor) => {
    const answer = await (await newCustomer()).get(`/v1/orders?cursor=${cursor}`, { 'Accept-Language': 'ko' });
    expect(answer).toMatchObject(refusal(422, 'validation_failed'));
    expect(answer.body).toMatchObject({ title: '입력값을 확인해 주세요.', errors: [{ pointer: '/cursor' }] });
  });

  it('lists those in a state alone', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const [open, taken] = [await placed(customer), await placed(customer)];
    await selected(customer, await quoted(driver, taken));
    const ids = async (state: string) =>
      (await customer.get<Page<Order>>(`/v1/orders?state=${state}`)).body.items.map(({ id }) => id);
    expect(await ids('open')).toEqual([open.id]);
    expect(await ids('selected')).toEqual([taken.id]);
    expect(await ids('paid')).toEqual([]);
    expect(await customer.get('/v1/orders?state=lost')).toMatchObject(refusal(422, 'validation_failed'));
  });

  it('lists none as open whose departure has passed', async () => {
    const customer = await newCustomer();
    const order = await placed(customer);
    await departed(order);
    const open = await customer.get<Page<Order>>('/v1/orders?state=open');
    expect(open.body.items).toEqual([]);
    expect((await customer.get<Page<Order>>('/v1/orders')).body.items).toMatchObject([
      { id: order.id, state: 'expired' },
    ]);
  });
});
