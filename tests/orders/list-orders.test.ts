import { describe, expect, it } from 'vitest';
import type { Order } from '../../functions/orders/order-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { placed } from '../support/people/deals.ts';
import { newCustomer } from '../support/people/people.ts';
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
});
