import { beforeAll, describe, expect, it } from 'vitest';
import { orderInput } from '../../functions/orders/order-schema.ts';
import { placeOrder } from '../../functions/orders/place-order.ts';
import { quoteInput } from '../../functions/quotes/quote-schema.ts';
import { submitQuote } from '../../functions/quotes/submit-quote.ts';
import type { OrderId, QuoteId } from '../../schema/ids.ts';
import { selectQuote } from '../../functions/quotes/select-quote.ts';
import { validOrder, validQuote } from '../support/people/orders.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { actorOf, testPorts } from '../support/ports.ts';

const month = 31 * 24 * 3600 * 1000;

describe('a request that comes again with its key', () => {
  let customer: Person;
  let driver: Person;
  beforeAll(async () => {
    [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  });

  const place = (ports: Awaited<ReturnType<typeof testPorts>>['ports'], idempotencyKey: string) =>
    placeOrder(ports, actorOf(customer), orderInput.parse(validOrder()), { idempotencyKey });

  it('is answered with the order that it placed, also after the departure', async () => {
    const { ports, clock } = await testPorts();
    const { id } = await place(ports, 'order, late');
    clock.advance(month);
    expect(await place(ports, 'order, late')).toMatchObject({ id, state: 'expired' });
    // Another one would be too late.
    await expect(place(ports, 'order, later')).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it.each(['the departure', 'the selection'])(
    'is answered with the quote that it sent, also after %s',
    async (what) => {
      const { ports, clock } = await testPorts();
      const order = await place(ports, `order before ${what}`);
      const quote = () =>
        submitQuote(ports, actorOf(driver), order.id as OrderId, quoteInput.parse(validQuote()), {
          idempotencyKey: `quote before ${what}`,
        });
      const { id } = await quote();
      if (what === 'the departure') clock.advance(month);
      else await selectQuote(ports, actorOf(customer), id as QuoteId);
      expect(await quote()).toMatchObject({ id, state: what === 'the departure' ? 'expired' : 'selected' });
    },
  );
});
