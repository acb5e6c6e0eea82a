import { eq } from 'drizzle-orm';
import { vi } from 'vitest';
import type { Order } from '../../../functions/orders/order-schema.ts';
import type { Quote } from '../../../functions/quotes/quote-schema.ts';
import type { OrderId } from '../../../schema/ids.ts';
import { orders } from '../../../schema/orders.ts';
import type { Answer } from '../clients/client.ts';
import { validOrder, validQuote } from './orders.ts';
import { database } from '../db/run-database.ts';
import type { Person } from './people.ts';

/** Places an order that must succeed. */
export const placed = async (customer: Person, overrides?: Record<string, unknown>): Promise<Order> =>
  expectStatus(201, await customer.post<Order>('/v1/orders', validOrder(overrides)));

/** Submits a quote that must succeed. */
export const quoted = async (
  operator: Person,
  order: { id: string },
  overrides?: Record<string, unknown>,
): Promise<Quote> =>
  expectStatus(201, await operator.post<Quote>(`/v1/orders/${order.id}/quotes`, validQuote(overrides)));

/** Selects a quote that must be there to be selected; the room has the message that opens it, which comes after the commit. */
export async function selected(
  customer: Person,
  quote: { id: string },
): Promise<{ order: Order; quote: Quote; room: { id: string } }> {
  const selection = expectStatus<{ order: Order; quote: Quote; room: { id: string } }>(
    200,
    await customer.post(`/v1/quotes/${quote.id}/select`),
  );
  await vi.waitFor(
    async () => {
      const { body } = await customer.get<{ items: unknown[] }>(`/v1/rooms/${selection.room.id}/messages?limit=1`);
      if (body.items.length === 0) throw new Error('the room has no message yet');
    },
    { timeout: 10_000 },
  );
  return selection;
}

/** Lets the departure of an order pass, before any job has looked at it. */
export async function departed({ id }: { id: string }): Promise<void> {
  const departureAt = new Date(Date.now() - 1000).toISOString();
  await database()
    .update(orders)
    .set({ departureAt })
    .where(eq(orders.id, id as OrderId));
}

function expectStatus<Body>(status: number, answer: Answer<Body>): Body {
  if (answer.status !== status) throw new Error(`expected ${status}: ${answer.status} ${answer.text}`);
  return answer.body;
}
