import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { expireOrders } from '../../functions/quotes/expire-orders.ts';
import { listOpenOrders } from '../../functions/orders/list-open-orders.ts';
import { listOrders } from '../../functions/orders/list-orders.ts';
import { showOrder } from '../../functions/orders/show-order.ts';
import { selectQuote } from '../../functions/quotes/select-quote.ts';
import { showQuote } from '../../functions/quotes/show-quote.ts';
import { submitQuote } from '../../functions/quotes/submit-quote.ts';
import type { OrderId, QuoteId } from '../../schema/ids.ts';
import { orders } from '../../schema/orders.ts';
import { quoteInput } from '../../functions/quotes/quote-schema.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCustomer, newDriver } from '../support/people/people.ts';
import { actorOf, listenTo, testPorts } from '../support/ports.ts';

const job = { kind: 'job', name: 'expire-orders' } as const;

/** An order with a quote, a little after its departure: nobody has looked at it since. */
async function passed() {
  const [customer, quoting, other] = await Promise.all([newCustomer(), newDriver(), newDriver()]);
  const order = await placed(customer, { departureAt: new Date(Date.now() + 60_000).toISOString() });
  const quote = await quoted(quoting, order);
  const { ports, clock } = await testPorts();
  clock.advance(90_000);
  return { customer, quoting, other, orderId: order.id as OrderId, quoteId: quote.id as QuoteId, ports, clock };
}

describe('an order whose departure has passed', () => {
  it('is over wherever it is read, before any job has written it down', async () => {
    const { customer, quoting, other, orderId, quoteId, ports } = await passed();
    expect(await showOrder(ports, actorOf(customer), orderId)).toMatchObject({ state: 'expired' });
    expect(await showOrder(ports, actorOf(quoting), orderId)).toMatchObject({ state: 'expired' });
    await expect(showOrder(ports, actorOf(other), orderId)).rejects.toMatchObject({ code: 'not_found' });
    expect((await showQuote(ports, actorOf(customer), quoteId)).quote).toMatchObject({ state: 'expired' });
    const own = await listOrders(ports, actorOf(customer), { limit: 10 });
    expect(own.items).toMatchObject([{ id: orderId, state: 'expired' }]);
    const open = await listOpenOrders(ports, actorOf(other), { limit: 100, sort: 'new', count: 'false' });
    expect(open.items.map(({ id }) => id)).not.toContain(orderId);
    // The row itself says something else: it is the reading that knows.
    const [row] = await database().select().from(orders).where(eq(orders.id, orderId));
    expect(row?.state).toBe('open');
  });

  it('takes no quote and no selection, and says what stands', async () => {
    const { customer, quoting, other, orderId, quoteId, ports } = await passed();
    await expect(selectQuote(ports, actorOf(customer), quoteId)).rejects.toMatchObject({
      code: 'order_not_open',
      extras: { state: 'expired' },
    });
    const input = quoteInput.parse(validQuote());
    await expect(submitQuote(ports, actorOf(quoting), orderId, input)).rejects.toMatchObject({
      code: 'order_not_open',
      extras: { state: 'expired' },
    });
    await expect(submitQuote(ports, actorOf(other), orderId, input)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is written down once by the job, with its quotes, and its people are told', async () => {
    const { customer, quoting, other, orderId, quoteId, ports } = await passed();
    const ears = await Promise.all([customer, quoting, other].map((person) => listenTo(ports.bus, person)));
    await Promise.all([expireOrders(ports, job), expireOrders(ports, job)]);
    await expireOrders(ports, job);
    await ports.delivery.settled();
    const [row] = await database().select().from(orders).where(eq(orders.id, orderId));
    expect(row).toMatchObject({ state: 'expired', version: 2, expiredAt: expect.any(String) });
    expect((await showQuote(ports, actorOf(quoting), quoteId)).quote).toMatchObject({ state: 'expired' });
    const told = { kind: 'event', frame: { event: 'order_expired', order: orderId } };
    expect(ears.map(({ heard }) => heard)).toMatchObject([[told], [told], []]);
  });
});

describe('an order whose customer was suspended', () => {
  it('is off the market: not listed, not shown, not quoted for', async () => {
    const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    const order = await placed(customer);
    expect((await driver.get(`/v1/orders/${order.id}`)).status).toBe(200);
    await admin.post(`/v1/admin/accounts/${customer.id}/suspend`);
    const listed = await driver.get<{ items: { id: string }[] }>('/v1/open-orders?limit=100');
    expect(listed.body.items.map(({ id }) => id)).not.toContain(order.id);
    expect((await driver.get(`/v1/orders/${order.id}`)).status).toBe(404);
    expect((await driver.post(`/v1/orders/${order.id}/quotes`, validQuote())).status).toBe(404);
    // What the suspended customer's token could still do is nothing.
    expect((await customer.post(`/v1/orders`, {})).status).toBe(422);
  });
});
