import { describe, expect, it } from 'vitest';
import { connectChat } from '../support/clients/chat-client.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { validQuote } from '../support/people/orders.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people/people.ts';

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

  it('tell an operator of its activation, and end its sockets with its session', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false })]);
    const chats = [await connectChat(driver, 0), await connectChat(driver, 1)];
    await admin.post(`/v1/admin/operators/${driver.id}/activate`);
    for (const chat of chats) expect(await chat.next('event')).toMatchObject({ event: 'operator_activated' });
    await admin.post(`/v1/admin/accounts/${driver.id}/suspend`);
    for (const chat of chats) expect((await chat.closed).code).toBe(4403);
  });
});
