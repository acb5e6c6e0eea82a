import { hasQuoted, insertQuote } from '../../db/quotes.ts';
import { lockOrderForQuote } from '../../db/orders.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { OrderId, QuoteId } from '../../schema/ids.ts';
import { announceEvent } from '../events/announce.ts';
import { endpoint } from '../http/endpoint.ts';
import { createOnce, idempotencyHeader } from '../http/idempotency.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import { requireActiveOperator } from '../operators/require-active-operator.ts';
import { isOpenAt } from '../orders/order-policy.ts';
import { orderIdParam } from '../orders/order-schema.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { quoteInput, quoteSchema } from './quote-schema.ts';
import type { Quote, QuoteInput } from './quote-schema.ts';
import { showQuote } from './show-quote.ts';

/**
 * Offers to drive an order, and tells its customer. Problems: `operator_not_active`, `not_found`, `order_not_open`,
 * `quote_exists`, `idempotency_conflict`.
 */
export async function submitQuote(
  ports: Ports,
  principal: Principal,
  orderId: OrderId,
  input: QuoteInput,
  options: { idempotencyKey?: string | undefined } = {},
): Promise<Quote> {
  await requireActiveOperator(ports.db, principal);
  const { accountId: operatorId } = principal;
  const submittedAt = toInstant(ports.clock.now());
  const { id, created } = await createOnce(
    ports,
    operatorId,
    { key: options.idempotencyKey, request: ['submitQuote', orderId, input] },
    ports.newId<QuoteId>(),
    async (tx, quoteId) => {
      await holdOpenOrder(tx, orderId, principal, submittedAt);
      const quote = { ...input, id: quoteId, orderId, operatorId, state: 'submitted' as const, submittedAt };
      if (!(await insertQuote(tx, quote))) throw new Problem('quote_exists');
    },
  );
  const { quote, customerId } = await showQuote(ports, principal, id);
  if (created) await announceEvent(ports, [customerId], { event: 'quote_submitted', order: orderId, quote: id });
  return quote;
}

/** Keeps an order from being selected until this transaction ends, so that no quote slips into one that is decided. */
async function holdOpenOrder(tx: Transaction, orderId: OrderId, { accountId }: Principal, now: string): Promise<void> {
  const order = await lockOrderForQuote(tx, orderId);
  if (!order) throw new Problem('not_found');
  if (isOpenAt(order, now)) return;
  // An operator knows of an order that is no longer open only by having quoted for it.
  throw new Problem((await hasQuoted(tx, orderId, accountId)) ? 'order_not_open' : 'not_found');
}

export const submitQuoteEndpoint = endpoint({
  name: 'submitQuote',
  access: 'activeOperator',
  budget: 7,
  problems: ['not_found', 'order_not_open', 'quote_exists', 'idempotency_conflict'],
  method: 'post',
  path: '/v1/orders/{orderId}/quotes',
  tags: ['quotes'],
  summary: 'Quote for an open order',
  request: { params: orderIdParam, headers: idempotencyHeader, body: json(quoteInput) },
  answers: { 201: { description: 'The quote', body: quoteSchema, location: '/v1/quotes/{id}' } },
  handle: ({ ports, actor, params, headers, body }) =>
    submitQuote(ports, actor, params.orderId, body, { idempotencyKey: headers['idempotency-key'] }),
});
