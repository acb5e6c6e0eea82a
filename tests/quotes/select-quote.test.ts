import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import type { Quote } from '../../functions/quotes/quote-schema.ts';
import { selectQuote } from '../../functions/quotes/select-quote.ts';
import { audit } from '../../schema/audit.ts';
import type { OrderId, QuoteId } from '../../schema/ids.ts';
import { roomMembers, rooms } from '../../schema/rooms.ts';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import { database } from '../support/db/run-database.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import { actorOf, testPorts } from '../support/ports.ts';

interface Selection {
  order: Order;
  quote: Quote;
  room: { id: string };
}

const select = ({ id }: { id: string }) => `/v1/quotes/${id}/select`;

describe('POST /v1/quotes/{quoteId}/select', () => {
  it('selects the order and the quote, declines the others, and opens a room', async () => {
    const [customer, driver, company] = await Promise.all([newCustomer(), newDriver(), newCompany()]);
    const order = await placed(customer);
    const wanted = await quoted(driver, order);
    const other = await quoted(company, order);

    const { status, body } = await customer.post<Selection>(select(wanted));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      order: {
        id: order.id,
        state: 'selected',
        selectedQuoteId: wanted.id,
        version: 2,
        selectedAt: expect.any(String),
      },
      quote: { id: wanted.id, state: 'selected', decidedAt: body.order.selectedAt },
    });
    expect((await company.get(`/v1/quotes/${other.id}`)).body).toMatchObject({
      state: 'declined',
      decidedAt: body.order.selectedAt,
    });

    const members = await database()
      .select({ orderId: rooms.orderId, account: roomMembers.accountId, room: rooms.id })
      .from(rooms)
      .innerJoin(roomMembers, eq(roomMembers.roomId, rooms.id))
      .where(eq(rooms.orderId, order.id as OrderId));
    expect(members.map(({ account }) => account).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
      [customer.id, driver.id].toSorted((a, b) => (a < b ? -1 : 1)),
    );
    expect(members[0]?.room).toBe(body.room.id);
  });

  it('works for a single quote', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    expect((await customer.post(select(await quoted(driver, await placed(customer))))).status).toBe(200);
  });

  it('has one winner of many selections at the same time', async () => {
    const [customer, ...operators] = await Promise.all([
      newCustomer(),
      newDriver(),
      newDriver(),
      newCompany(),
      newCompany(),
    ]);
    const order = await placed(customer);
    const quotes = await Promise.all(operators.map((operator) => quoted(operator, order)));
    const answers = await Promise.all([...quotes, ...quotes].map((quote) => customer.post<Selection>(select(quote))));

    const won = answers.filter(({ status }) => status === 200);
    // The same quote was asked for twice, and the second time found selected.
    expect(won).toHaveLength(2);
    expect(won[1]?.text).toBe(won[0]?.text);
    for (const answer of answers)
      if (answer.status !== 200) expect(answer).toMatchObject(refusal(409, 'order_not_open'));
    const { items } = (await customer.get<Page<Quote>>(`/v1/orders/${order.id}/quotes`)).body;
    expect(items.map(({ state }) => state).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'declined',
      'declined',
      'declined',
      'selected',
    ]);
    expect(items.find(({ state }) => state === 'selected')?.id).toBe(won[0]?.body.quote.id);
    const opened = await database()
      .select()
      .from(rooms)
      .where(eq(rooms.orderId, order.id as OrderId));
    expect(opened.map(({ id }) => id)).toEqual([won[0]?.body.room.id]);
  });

  it('leaves no submitted quote in a selected order, however close the race', async () => {
    const [customer, first, ...others] = await Promise.all([
      newCustomer(),
      newDriver(),
      newDriver(),
      newDriver(),
      newDriver(),
    ]);
    for (let round = 0; round < 5; round++) {
      const order = await placed(customer);
      const quote = await quoted(first, order);
      const [selection, ...late] = await Promise.all([
        customer.post(select(quote)),
        ...others.map((operator) => operator.post(`/v1/orders/${order.id}/quotes`, validQuote())),
      ]);
      expect(selection?.status).toBe(200);
      const { items } = (await customer.get<Page<Quote>>(`/v1/orders/${order.id}/quotes`)).body;
      expect(items.filter(({ state }) => state === 'submitted')).toEqual([]);
      expect(items).toHaveLength(1 + late.filter(({ status }) => status === 201).length);
      for (const answer of late) expect([201, 404]).toContain(answer.status);
    }
  });

  it('answers who asks again with what stands, and makes nothing twice', async () => {
    const [customer, driver, company] = await Promise.all([newCustomer(), newDriver(), newCompany()]);
    const order = await placed(customer);
    const [quote, other] = [await quoted(driver, order), await quoted(company, order)];
    const answers = await Promise.all(Array.from({ length: 5 }, () => customer.post<Selection>(select(quote))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(
      await database()
        .select()
        .from(rooms)
        .where(eq(rooms.orderId, order.id as OrderId)),
    ).toHaveLength(1);
    const lines = await database().select().from(audit).where(eq(audit.subjectId, order.id));
    expect(lines).toMatchObject([
      { action: 'order.select', actorKind: 'account', actorId: customer.id, details: { quote: quote.id } },
    ]);
    // Another quote is another step, which this order does not allow any more.
    expect(await customer.post(select(other))).toMatchObject({
      ...refusal(409, 'order_not_open'),
      body: { state: 'selected' },
    });
  });

  it('is for the order’s own customer: to others the quote does not exist', async () => {
    const [customer, other, driver] = await Promise.all([newCustomer(), newCustomer(), newDriver()]);
    const quote = await quoted(driver, await placed(customer));
    expect(await other.post(select(quote))).toMatchObject(refusal(404, 'not_found'));
    expect((await driver.get(`/v1/quotes/${quote.id}`)).body).toMatchObject({ state: 'submitted' });
  });

  it('takes no quote of an operator who is suspended', async () => {
    const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    const quote = await quoted(driver, await placed(customer));
    await admin.post(`/v1/admin/accounts/${driver.id}/suspend`);
    expect(await customer.post(select(quote))).toMatchObject(refusal(409, 'quote_not_submitted'));
  });

  it('comes too late when the bus would have left', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const quote = await quoted(driver, order);
    const { ports } = await testPorts({ now: Date.parse(order.departureAt) });
    const late = selectQuote(ports, actorOf(customer), quote.id as QuoteId);
    await expect(late).rejects.toMatchObject({ code: 'order_not_open' });
  });
});
