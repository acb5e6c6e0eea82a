import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';

describe('GET /v1/orders/{orderId}', () => {
  it('shows an open order to its customer, to active operators and to admins', async () => {
    const people = await Promise.all([newCustomer(), newDriver(), newCompany(), newAdmin()]);
    const order = await placed(people[0]);
    for (const person of people) {
      const answer = await person.get(`/v1/orders/${order.id}`);
      expect(answer).toMatchObject({ status: 200, body: order });
      expect(answer.headers.get('ETag')).toBe('"1"');
    }
    expect((await people[0].get(`/v1/orders/${order.id.toUpperCase()}`)).body).toEqual(order);
  });

  it('does not exist for other customers and for pending operators', async () => {
    const [customer, other, pending] = await Promise.all([newCustomer(), newCustomer(), newDriver({ active: false })]);
    const { id } = await placed(customer);
    for (const person of [other, pending]) {
      expect(await person.get(`/v1/orders/${id}`)).toMatchObject(refusal(404, 'not_found'));
    }
  });

  it('disappears, once selected, for operators who did not quote; those who did still see it', async () => {
    const [customer, winner, loser, bystander] = await Promise.all([
      newCustomer(),
      newDriver(),
      newDriver(),
      newDriver(),
    ]);
    const order = await placed(customer);
    const quote = await quoted(winner, order);
    await quoted(loser, order);
    await customer.post(`/v1/quotes/${quote.id}/select`);
    expect(await bystander.get(`/v1/orders/${order.id}`)).toMatchObject(refusal(404, 'not_found'));
    for (const person of [customer, winner, loser]) {
      const answer = await person.get(`/v1/orders/${order.id}`);
      expect(answer).toMatchObject({ status: 200, body: { state: 'selected', selectedQuoteId: quote.id, version: 2 } });
      expect(answer.headers.get('ETag')).toBe('"2"');
    }
  });

  it.each([randomUUID(), '1', 'not-an-id', '%00', '%E0%A4%A', '서울'])('finds nothing at %s', async (id) => {
    expect(await (await newCustomer()).get(`/v1/orders/${id}`)).toMatchObject(refusal(404, 'not_found'));
  });
});
