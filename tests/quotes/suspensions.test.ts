import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Quote } from '../../functions/quotes/quote-schema.ts';
import { eq } from 'drizzle-orm';
import { audit } from '../../schema/audit.ts';
import { refusal } from '../support/clients/client.ts';
import { database } from '../support/db/run-database.ts';
import { departed, placed, quoted, selected } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';

const at = ({ id }: { id: string }, what: string) => `/v1/admin/accounts/${id}/${what}`;
const stateOf = async (reader: Person, { id }: { id: string }) =>
  (await reader.get<Quote>(`/v1/quotes/${id}`)).body.state;

describe("a suspended customer's open orders", () => {
  it('are off the market at once, and on it again with the account', async () => {
    const [admin, customer, driver, other] = await Promise.all([newAdmin(), newCustomer(), newDriver(), newDriver()]);
    const order = await placed(customer);
    const offer = await quoted(driver, order);
    const listed = async () => {
      const { body } = await other.get<Page<{ id: string }>>('/v1/open-orders?limit=100');
      return body.items.some(({ id }) => id === order.id);
    };
    const quote = () => other.post(`/v1/orders/${order.id}/quotes`, validQuote());
    expect(await listed()).toBe(true);

    await admin.post(at(customer, 'suspend'));
    expect(await listed()).toBe(false);
    expect(await other.get(`/v1/orders/${order.id}`)).toMatchObject(refusal(404, 'not_found'));
    expect(await quote()).toMatchObject(refusal(404, 'not_found'));
    expect(await customer.post(`/v1/quotes/${offer.id}/select`)).toMatchObject(refusal(403, 'account_suspended'));
    // Who had quoted reads on what it quoted for, and its offer stands for the day that the account is open again.
    expect((await driver.get(`/v1/orders/${order.id}`)).status).toBe(200);
    expect(await stateOf(driver, offer)).toBe('submitted');

    await admin.post(at(customer, 'restore'));
    expect(await listed()).toBe(true);
    expect((await quote()).status).toBe(201);
    expect((await customer.post(`/v1/quotes/${offer.id}/select`)).status).toBe(200);
  });
});

describe("a suspended operator's quotes", () => {
  it('are withdrawn where they are on offer, and stay where they are decided or over', async () => {
    const [admin, customer, driver, rival] = await Promise.all([newAdmin(), newCustomer(), newDriver(), newDriver()]);
    const orders = await Promise.all([1, 2, 3, 4].map(() => placed(customer)));
    const [open, won, lost, left] = await Promise.all(orders.map((order) => quoted(driver, order)));
    const theirs = await quoted(rival, orders[0] as { id: string });
    await selected(customer, won as Quote);
    await selected(customer, await quoted(rival, orders[2] as { id: string }));
    await departed(orders[3] as { id: string });
    await admin.post(at(driver, 'suspend'));
    const mine = [open, won, lost, left] as Quote[];
    expect(await Promise.all(mine.map((quote) => stateOf(customer, quote)))).toEqual([
      'withdrawn',
      'selected',
      'declined',
      'expired',
    ]);
    expect(await stateOf(customer, theirs)).toBe('submitted');
    const lines = await database()
      .select()
      .from(audit)
      .where(eq(audit.subjectId, (open as Quote).id));
    expect(lines).toMatchObject([{ action: 'quote.withdraw', actorId: admin.id }]);
    // They do not come back with the account: whoever still offers, offers anew elsewhere.
    await admin.post(at(driver, 'restore'));
    expect(await stateOf(customer, open as Quote)).toBe('withdrawn');
  });

  it('of a company go with those of its drivers, whose contracts would be with it', async () => {
    const [admin, customer, company, other] = await Promise.all([
      newAdmin(),
      newCustomer(),
      newCompany(),
      newCompany(),
    ]);
    const [driver, stranger] = await Promise.all([newDriver({ carrier: company }), newDriver({ carrier: other })]);
    const order = await placed(customer);
    const offers = await Promise.all([company, driver, stranger].map((each) => quoted(each, order)));
    await admin.post(at(company, 'suspend'));
    expect(await Promise.all(offers.map((offer) => stateOf(customer, offer)))).toEqual([
      'withdrawn',
      'withdrawn',
      'submitted',
    ]);
    expect((await driver.get('/v1/open-orders')).status).toBe(200);
  });

  it('are withdrawn or selected where both happen at once, and nobody waits for ever', async () => {
    const [admin, customer] = await Promise.all([newAdmin(), newCustomer()]);
    for (let round = 0; round < 4; round++) {
      const [driver, rival] = await Promise.all([newDriver(), newDriver()]);
      const order = await placed(customer);
      const [offer] = await Promise.all([quoted(driver, order), quoted(rival, order)]);
      const [suspension, selection] = await Promise.all([
        admin.post(at(driver, 'suspend')),
        customer.post(`/v1/quotes/${offer.id}/select`),
        rival.get('/v1/open-orders'),
      ]);
      expect(suspension.status).toBe(200);
      expect([200, 409]).toContain(selection.status);
      expect(await stateOf(customer, offer)).toBe(selection.status === 200 ? 'selected' : 'withdrawn');
    }
  });
});
