import { findOrderCustomer } from '../../db/orders.ts';
import { listOrderQuotes as readOrderQuotes } from '../../db/quotes.ts';
import type { OrderId, QuoteId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page, PageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { orderIdParam } from '../orders/order-schema.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { quoteSchema } from './quote-schema.ts';
import type { Quote } from './quote-schema.ts';
import { toInstant } from '../instant.ts';

/** The quotes for an order, newest first, for its customer and admins. Problem: `not_found` for anyone else. */
export async function listOrderQuotes(
  { db, clock }: Ports,
  { accountId, role }: Principal,
  orderId: OrderId,
  query: PageQuery,
): Promise<Page<Quote>> {
  const before = decodeCursor(query.cursor, idOf<QuoteId>());
  const customerId = await findOrderCustomer(db, orderId);
  if (customerId === undefined || (role !== 'admin' && customerId !== accountId)) throw new Problem('not_found');
  const quotes = await readOrderQuotes(db, {
    orderId,
    before,
    limit: query.limit + 1,
    now: toInstant(clock.now()),
  });
  return toPage(quotes, query.limit, ({ id }) => id);
}

export const listOrderQuotesEndpoint = endpoint({
  name: 'listOrderQuotes',
  access: 'account',
  budget: 2,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/orders/{orderId}/quotes',
  tags: ['quotes'],
  summary: 'The quotes for my order, newest first',
  request: { params: orderIdParam, query: pageQuery },
  answers: { 200: { description: 'A page', body: pageOf(quoteSchema) } },
  handle: ({ ports, actor, params, query }) => listOrderQuotes(ports, actor, params.orderId, query),
});
