import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../functions/http/paging.ts';
import type { Order } from '../../functions/orders/order-schema.ts';
import { quoteInput } from '../../functions/quotes/quote-schema.ts';
import type { Quote } from '../../functions/quotes/quote-schema.ts';
import { submitQuote } from '../../functions/quotes/submit-quote.ts';
import type { OrderId } from '../../schema/ids.ts';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { actorOf, testPorts } from '../support/ports.ts';

const to = ({ id }: { id: string }) => `/v1/orders/${id}/quotes`;

describe('POST /v1/orders/{orderId}/quotes', () => {
  it('offers to drive an open order', async () => {
    const [customer, company] = await Promise.all([newCustomer(), newCompany()]);
    const order = await placed(customer);
    const { status, body, headers } = await company.post<Quote>(to(order), validQuote());
    expect(status).toBe(201);
    expect(headers.get('Location')).toBe(`/v1/quotes/${body.id}`);
    expect(body).toEqual({
      ...validQuote(),
      id: expect.any(String),
      orderId: order.id,
      operator: {
        id: company.id,
        displayName: company.account.displayName,
        role: 'company',
        rating: null,
        reviewCount: 0,
      },
      carrier: null,
      state: 'submitted',
      submittedAt: expect.any(String),
      decidedAt: null,
      vehicle: null,
    });
  });

  it('allows a total below the price of all buses: a discount', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const quote = validQuote({ totalPrice: 1_500_000, pricePerBus: 800_000, buses: 2 });
    expect((await driver.post(to(await placed(customer)), quote)).status).toBe(201);
  });

  it('allows one quote an operator and order', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const answers = await Promise.all(Array.from({ length: 5 }, () => driver.post(to(order), validQuote())));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers) if (answer.status !== 201) expect(answer).toMatchObject(refusal(409, 'quote_exists'));
    expect((await customer.get<Page<Quote>>(to(order))).body.items).toHaveLength(1);
  });

  it('submits once for one Idempotency-Key', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const send = (overrides = {}) =>
      driver.post<Quote>(to(order), validQuote(overrides), { 'Idempotency-Key': 'quote' });
    const answers = await Promise.all([send(), send(), send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await send({ totalPrice: 900_000, pricePerBus: 900_000 })).toMatchObject(
      refusal(422, 'idempotency_conflict'),
    );
    // What was made is answered even when the order has moved on.
    await customer.post(`/v1/quotes/${answers[0].body.id}/select`);
    expect(await send()).toMatchObject({ status: 201, body: { id: answers[0].body.id, state: 'selected' } });
  });

  it('waits for an admin to verify the operator', async () => {
    const [customer, pending] = await Promise.all([newCustomer(), newDriver({ active: false })]);
    const answer = await pending.post(to(await placed(customer)), validQuote());
    expect(answer).toMatchObject(refusal(403, 'operator_not_active'));
  });

  it('takes nothing from a suspended operator', async () => {
    const [admin, customer, driver] = await Promise.all([newAdmin(), newCustomer(), newDriver()]);
    await admin.post(`/v1/admin/accounts/${driver.id}/suspend`);
    const answer = await driver.post(to(await placed(customer)), validQuote());
    expect(answer).toMatchObject(refusal(403, 'account_suspended'));
  });

  it('comes too late for a selected order: 409 to who knew it, 404 to who did not', async () => {
    const [customer, winner, loser, late] = await Promise.all([newCustomer(), newDriver(), newDriver(), newDriver()]);
    const order = await placed(customer);
    const quote = await quoted(winner, order);
    await quoted(loser, order);
    await customer.post(`/v1/quotes/${quote.id}/select`);
    expect(await loser.post(to(order), validQuote())).toMatchObject(refusal(409, 'order_not_open'));
    expect(await late.post(to(order), validQuote())).toMatchObject(refusal(404, 'not_found'));
  });

  it('comes too late when the bus would have left', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const { ports } = await testPorts({ now: Date.parse(order.departureAt) });
    const late = submitQuote(ports, actorOf(driver), order.id as OrderId, quoteInput.parse(validQuote()));
    await expect(late).rejects.toMatchObject({ code: 'not_found' });
  });

  it('finds no order at an unknown id', async () => {
    expect(await (await newDriver()).post(to({ id: randomUUID() }), validQuote())).toMatchObject(
      refusal(404, 'not_found'),
    );
  });

  describe('with something wrong in it', () => {
    let driver: Person;
    let order: Order;
    beforeAll(async () => {
      const [customer, operator] = await Promise.all([newCustomer(), newDriver()]);
      [driver, order] = [operator, await placed(customer)];
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['a negative total', { totalPrice: -1 }, '/totalPrice'],
      ['nothing to pay', { totalPrice: 0 }, '/totalPrice'],
      ['half a won', { totalPrice: 850_000.5 }, '/totalPrice'],
      ['more than a billion', { totalPrice: 1_000_000_001 }, '/totalPrice'],
      ['a total as text', { totalPrice: '850000' }, '/totalPrice'],
      ['a total without end', { totalPrice: 1e308 }, '/totalPrice'],
      ['one bus dearer than all', { pricePerBus: 850_001 }, '/pricePerBus'],
      ['no bus', { buses: 0 }, '/buses'],
      ['a bus of no type', { busType: 'rocket' }, '/busType'],
      ['an unknown inclusion', { includes: ['fuel'] }, '/includes/0'],
      ['an object for a list', { includes: {} }, '/includes'],
      ['a message too long', { message: '가'.repeat(1001) }, '/message'],
      ['half an emoji', { message: '\udc00' }, '/message'],
      ['a state', { state: 'selected' }, '/state'],
    ])('refuses %s and says where', async (_name, overrides, pointer) => {
      const answer = await driver.post(to(order), validQuote(overrides));
      expect(answer).toMatchObject(refusal(422, 'validation_failed'));
      expect(answer.body).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ pointer })]) });
    });
  });
});
