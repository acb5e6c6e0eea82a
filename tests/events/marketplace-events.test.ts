import { describe, expect, it } from 'vitest';
import { connectChat } from '../support/clients/chat-client.ts';
import { refusal } from '../support/clients/client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import { askFor, newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';

/** What the sockets of an account say while something happens, wherever it happens. */
describe('the events of the marketplace', () => {
  it('tell a customer of a new quote, once, on every connection', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const [phone, desk] = [await connectChat(customer, 0), await connectChat(customer, 1)];
    const send = () =>
      driver.post<{ id: string }>(`/v1/orders/${order.id}/quotes`, validQuote(), { 'Idempotency-Key': 'k' });
    const { body } = await send();
    await send();
    const other = await quoted(await newDriver(), order);
    for (const chat of [phone, desk]) {
      expect(await chat.next('event')).toMatchObject({ event: 'quote_submitted', order: order.id, quote: body.id });
      expect(await chat.next('event')).toMatchObject({ event: 'quote_submitted', order: order.id, quote: other.id });
      await chat.close();
      expect(chat.all('event')).toHaveLength(2);
    }
  });

  it('tell both sides of a selection, and the others that they were declined', async () => {
    const [customer, winner, loser] = await Promise.all([newCustomer(), newDriver(), newCompany()]);
    const order = await placed(customer);
    const [won, lost] = [await quoted(winner, order), await quoted(loser, order)];
    const hers = await connectChat(customer);
    const his = await connectChat(winner, 1);
    const theirs = await connectChat(loser);
    const { body } = await customer.post<{ room: { id: string } }>(`/v1/quotes/${won.id}/select`);
    for (const chat of [hers, his]) {
      const selected = { event: 'quote_selected', order: order.id, quote: won.id, room: body.room.id };
      expect(await chat.next('event')).toMatchObject(selected);
      expect(await chat.next('joined')).toMatchObject({ room: body.room.id });
    }
    expect(await theirs.next('event')).toMatchObject({ event: 'quote_declined', order: order.id, quote: lost.id });

    // The room is open: what is said in it reaches both, and nobody else.
    hers.send({ type: 'send', id: 'first', room: body.room.id, body: '잘 부탁드립니다' });
    for (const chat of [hers, his]) {
      expect(await chat.next('message')).toMatchObject({ kind: 'system', seq: 1 });
      expect(await chat.next('message')).toMatchObject({ id: 'first', seq: 2 });
    }
    await Promise.all([hers.close(), his.close(), theirs.close()]);
    expect(theirs.all('joined')).toEqual([]);
    for (const chat of [hers, his, theirs]) expect(chat.all('event')).toHaveLength(1);
  });

  it('tell a carrier of a contract that is made with it: it reads the quote of its driver, and no other company does', async () => {
    const [customer, company, other] = await Promise.all([newCustomer(), newCompany(), newCompany()]);
    const order = await placed(customer);
    const { id } = await quoted(await newDriver({ carrier: company }), order);
    const theirs = await connectChat(company);
    await customer.post(`/v1/quotes/${id}/select`);
    expect(await theirs.next('event')).toMatchObject({ event: 'quote_selected', order: order.id, quote: id });
    await theirs.close();
    // What is said in the room is between customer and driver.
    expect(theirs.all('joined')).toEqual([]);
    expect(await company.get(`/v1/quotes/${id}`)).toMatchObject({
      status: 200,
      body: { state: 'selected', carrier: { id: company.id } },
    });
    expect(await other.get(`/v1/quotes/${id}`)).toMatchObject(refusal(404, 'not_found'));
  });

  it('tell an operator of its activation, and end its sockets with its session', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false })]);
    const chats = [await connectChat(driver, 0), await connectChat(driver, 1)];
    await admin.post(`/v1/admin/operators/${driver.id}/activate`);
    for (const chat of chats) expect(await chat.next('event')).toMatchObject({ event: 'operator_activated' });
    await admin.post(`/v1/admin/accounts/${driver.id}/suspend`);
    for (const chat of chats) expect((await chat.closed).code).toBe(4403);
  });

  it('tell both sides of an affiliation, and the customer of quotes that go with it', async () => {
    const [customer, company, driver] = await Promise.all([newCustomer(), newCompany(), newDriver({ carrier: null })]);
    const [hers, theirs, his] = await Promise.all([
      connectChat(customer, 0),
      connectChat(company, 0),
      connectChat(driver, 1),
    ]);
    const both = { driver: driver.id, company: company.id };
    const expectBoth = async (event: string) => {
      for (const chat of [theirs, his]) expect(await chat.next('event')).toMatchObject({ event, ...both });
    };
    const act = (verb: string) => company.post(`/v1/me/drivers/${driver.id}/${verb}`);
    await askFor(driver, company);
    await expectBoth('affiliation_requested');
    await act('remove');
    await expectBoth('affiliation_refused');
    await askFor(driver, company);
    await expectBoth('affiliation_requested');
    await act('accept');
    await expectBoth('affiliation_accepted');

    const order = await placed(customer);
    const { id } = await quoted(driver, order);
    expect(await hers.next('event')).toMatchObject({ event: 'quote_submitted', quote: id });
    await act('remove');
    const told = [await his.next('event'), await his.next('event')].map(({ event }) => event);
    expect(told.toSorted()).toEqual(['affiliation_ended', 'quote_withdrawn']);
    expect(await hers.next('event')).toMatchObject({ event: 'quote_withdrawn', order: order.id, quote: id });
    expect(await theirs.next('event')).toMatchObject({ event: 'affiliation_ended' });
    await Promise.all([hers.close(), theirs.close(), his.close()]);
  });
});
