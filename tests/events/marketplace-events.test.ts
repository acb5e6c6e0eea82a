import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createRedisBus } from '../../adapters/redis/bus.ts';
import { accountTopic, decodeAccountHint } from '../../functions/chat/topics.ts';
import type { AccountHint } from '../../functions/chat/topics.ts';
import type { AccountId } from '../../schema/ids.ts';
import { placed, quoted } from '../support/deals.ts';
import { validQuote } from '../support/orders.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from '../support/people.ts';
import type { Person } from '../support/people.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** What processes hear of an account while something happens: for sockets to pass on. */
describe('the events of the marketplace', () => {
  let redis: ReturnType<typeof createRedisBus>;
  beforeAll(() => {
    redis = createRedisBus(inject('redisUrl'), silent);
  });
  afterAll(() => redis.close());

  /** Listens to an account; `next` waits for one hint more. */
  async function listen(person: Person) {
    const heard: AccountHint[] = [];
    let wake = () => {};
    await redis.bus.subscribe(accountTopic(person.id as AccountId), (payload) => {
      heard.push(decodeAccountHint(payload));
      wake();
    });
    return {
      heard,
      async next(count: number): Promise<AccountHint[]> {
        while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
        return heard;
      },
    };
  }

  it('tell a customer of a new quote, once', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const order = await placed(customer);
    const ears = await listen(customer);
    const send = () =>
      driver.post<{ id: string }>(`/v1/orders/${order.id}/quotes`, validQuote(), { 'Idempotency-Key': 'k' });
    const { body } = await send();
    await send();
    const other = await quoted(await newDriver(), order);
    expect(await ears.next(2)).toMatchObject([
      { kind: 'event', frame: { type: 'event', event: 'quote_submitted', order: order.id, quote: body.id } },
      { kind: 'event', frame: { event: 'quote_submitted', quote: other.id } },
    ]);
  });

  it('tell both sides of a selection, and the others that they were declined', async () => {
    const [customer, winner, loser] = await Promise.all([newCustomer(), newDriver(), newCompany()]);
    const order = await placed(customer);
    const [won, lost] = [await quoted(winner, order), await quoted(loser, order)];
    const [customerHears, winnerHears, loserHears] = await Promise.all([
      listen(customer),
      listen(winner),
      listen(loser),
    ]);
    const { body } = await customer.post<{ room: { id: string } }>(`/v1/quotes/${won.id}/select`);
    const selected = { event: 'quote_selected', order: order.id, quote: won.id, room: body.room.id };
    for (const ears of [customerHears, winnerHears]) {
      expect(await ears.next(2)).toMatchObject([
        { kind: 'joined', room: body.room.id },
        { kind: 'event', frame: selected },
      ]);
    }
    expect(await loserHears.next(1)).toMatchObject([
      { kind: 'event', frame: { event: 'quote_declined', order: order.id, quote: lost.id } },
    ]);
  });

  it('tell an operator of its activation, and sockets that their session has ended', async () => {
    const [admin, driver] = await Promise.all([newAdmin(), newDriver({ active: false })]);
    const ears = await listen(driver);
    await admin.post(`/v1/admin/operators/${driver.id}/activate`);
    await admin.post(`/v1/admin/accounts/${driver.id}/suspend`);
    expect(await ears.next(2)).toMatchObject([
      { kind: 'event', frame: { event: 'operator_activated' } },
      { kind: 'session_ended', sessionId: expect.any(String) },
    ]);
  });
});
