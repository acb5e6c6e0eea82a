import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Quote } from '../../functions/quotes/quote-schema.ts';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import { walk } from '../support/clients/walk.ts';

const of = ({ id }: { id: string }) => `/v1/orders/${id}/quotes`;

describe('GET /v1/orders/{orderId}/quotes', () => {
  it('lists the quotes for an order to its customer and to admins, newest first', async () => {
    const [customer, admin, driver, company] = await Promise.all([
      newCustomer(),
      newAdmin(),
      newDriver(),
      newCompany(),
    ]);
    const order = await placed(customer);
    const first = await quoted(driver, order);
    const second = await quoted(company, order);
    for (const person of [customer, admin]) {
      const answer = await person.get(of(order));
      expect(answer).toMatchObject({ status: 200, body: { items: [second, first], nextCursor: null } });
      expect(answer.text).not.toContain(driver.account.phone);
      expect(answer.text).not.toContain(company.account.email);
    }
  });

  it('shows operators nothing, not even those who quoted', async () => {
    const [customer, driver, rival, other] = await Promise.all([
      newCustomer(),
      newDriver(),
      newCompany(),
      newCustomer(),
    ]);
    const order = await placed(customer);
    await quoted(driver, order);
    for (const person of [driver, rival, other]) {
      expect(await person.get(of(order))).toMatchObject(refusal(404, 'not_found'));
    }
  });

  it('finds no order at an unknown id', async () => {
    expect(await (await newCustomer()).get(of({ id: randomUUID() }))).toMatchObject(refusal(404, 'not_found'));
  });

  it('walks all pages without a hole or a double, while quotes come in', async () => {
    const customer = await newCustomer();
    const order = await placed(customer);
    const ids: string[] = [];
    for (let index = 0; index < 4; index++) ids.unshift((await quoted(await newDriver(), order)).id);
    const seen = await walk<Quote>(customer, of(order), 1, async () => quoted(await newDriver(), order));
    expect(seen.map(({ id }) => id)).toEqual(ids);
  });

  it('lists the lowest price first where that is asked for, and walks through equal ones', async () => {
    const customer = await newCustomer();
    const order = await placed(customer);
    const quotes: Quote[] = [];
    for (const totalPrice of [900_000, 700_000, 800_000, 700_000, 700_000]) {
      quotes.push(await quoted(await newDriver(), order, { totalPrice, pricePerBus: totalPrice }));
    }
    const byPrice = await walk<Quote>(customer, `${of(order)}?sort=price`, 2);
    expect(byPrice.map(({ id }) => id)).toEqual([1, 3, 4, 2, 0].map((index) => quotes[index]?.id));
  });
});
