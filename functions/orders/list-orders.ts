import { listCustomerOrders } from '../../db/orders.ts';
import type { OrderId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page, PageQuery } from '../http/paging.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { orderSchema } from './order-schema.ts';
import type { Order } from './order-schema.ts';
import { toInstant } from '../instant.ts';

/** The customer's own orders, newest first. */
export async function listOrders(
  { db, clock }: Ports,
  { accountId }: Principal,
  query: PageQuery,
): Promise<Page<Order>> {
  const before = decodeCursor(query.cursor, idOf<OrderId>());
  const orders = await listCustomerOrders(db, {
    customerId: accountId,
    before,
    limit: query.limit + 1,
    now: toInstant(clock.now()),
  });
  return toPage(orders, query.limit, ({ id }) => id);
}

export const listOrdersEndpoint = endpoint({
  name: 'listOrders',
  access: 'customer',
  budget: 2,
  method: 'get',
  path: '/v1/orders',
  tags: ['orders'],
  summary: 'My orders, newest first',
  request: { query: pageQuery },
  answers: { 200: { description: 'A page', body: pageOf(orderSchema) } },
  handle: ({ ports, actor, query }) => listOrders(ports, actor, query),
});
