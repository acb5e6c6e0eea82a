import { z } from '@hono/zod-openapi';
import { findOrderCustomer } from '../../db/orders.ts';
import { orderQuotes } from '../../db/quotes.ts';
import type { OrderId, QuoteId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import type { Principal } from '../identity/principal.ts';
import { toInstant } from '../instant.ts';
import { orderIdParam } from '../orders/order-schema.ts';
import type { Ports } from '../ports.ts';
import { quoteSchema } from './quote-schema.ts';
import type { Quote } from './quote-schema.ts';

const quotesOfOrder = listQuery({
  name: 'order-quotes',
  orders: { new: { id: idOf<QuoteId>() }, price: { totalPrice: z.int(), id: idOf<QuoteId>() } },
});

/**
 * The quotes for an order, the newest or the lowest price first, for its customer and admins. Problem: `not_found` for anyone
 * else.
 */
export async function listOrderQuotes(
  { db, clock }: Ports,
  { accountId, role }: Principal,
  orderId: OrderId,
  query: z.output<typeof quotesOfOrder.schema>,
): Promise<Page<Quote>> {
  const { selection, page } = quotesOfOrder.open(query, accountId, orderId);
  const customerId = await findOrderCustomer(db, orderId);
  if (customerId === undefined || (role !== 'admin' && customerId !== accountId)) throw new Problem('not_found');
  return page(await orderQuotes.page(db, { orderId, now: toInstant(clock.now()) }, selection));
}

export const listOrderQuotesEndpoint = endpoint({
  name: 'listOrderQuotes',
  access: 'account',
  budget: 3,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/orders/{orderId}/quotes',
  tags: ['quotes'],
  summary: 'The quotes for my order',
  request: { params: orderIdParam, query: quotesOfOrder.schema },
  answers: { 200: { description: 'A page', body: pageOf(quoteSchema) } },
  handle: ({ ports, actor, params, query }) => listOrderQuotes(ports, actor, params.orderId, query),
});
