import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted, selected } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
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
      expect(answer).toMatchObject({ status: 200, body: { state: 'selected', version: 2 } });
      expect(answer.headers.get('ETag')).toBe('"2"');
    }
  });

  it('says which quote was selected to the customer, to its operator and to admins, and nothing of it to the others', async () => {
    const [customer, winner, loser, late, admin] = await Promise.all([
      newCustomer(),
      newDriver(),
      newDriver(),
      newDriver(),
      newAdmin(),
    ]);
    const order = await placed(customer);
    const quote = await quoted(winner, order, { totalPrice: 765_432, pricePerBus: 765_432 });
    const own = await quoted(loser, order);
    const { room } = await selected(customer, quote);
    for (const person of [customer, winner, admin]) {
      expect(await person.get(`/v1/orders/${order.id}`)).toMatchObject({ body: { selectedQuoteId: quote.id } });
    }
    expect(await loser.get(`/v1/orders/${order.id}`)).toMatchObject({ body: { selectedQuoteId: null } });
    const secrets = [quote.id, winner.id, room.id, '765432'];
    const tries: [method: string, path: string, body?: unknown][] = [
      ['GET', `/v1/orders/${order.id}`],
      ['GET', `/v1/orders/${order.id}/quotes`],
      ['GET', '/v1/quotes'],
      ['GET', '/v1/quotes?state=declined'],
      ['GET', `/v1/quotes/${own.id}`],
      ['GET', '/v1/open-orders?limit=100'],
      ['GET', '/v1/rooms'],
      ['POST', `/v1/orders/${order.id}/quotes`, validQuote()],
      ['POST', `/v1/quotes/${own.id}/select`],
    ];
    for (const person of [loser, late]) {
      for (const [method, path, body] of tries) {
        const { text, headers } = await person.call(path, { method, body });
        const told = text + JSON.stringify([...headers]);
        expect({ path, told: secrets.filter((secret) => told.includes(secret)) }).toEqual({ path, told: [] });
      }
    }
  });

  it.each([randomUUID(), '1', 'not-an-id', '%00', '%E0%A4%A', '서울'])('finds nothing at %s', async (id) => {
    expect(await (await newCustomer()).get(`/v1/orders/${id}`)).toMatchObject(refusal(404, 'not_found'));
  });
});
