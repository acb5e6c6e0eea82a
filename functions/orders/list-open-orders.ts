import { listOpenOrders as readOpenOrders } from '../../db/orders.ts';
import type { OrderId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page, PageQuery } from '../http/paging.ts';
import type { Ports } from '../ports.ts';
import { orderSchema } from './order-schema.ts';
import type { Order } from './order-schema.ts';
import { toInstant } from '../instant.ts';

/** The orders that wait for quotes, newest first. */
export async function listOpenOrders({ db, clock }: Ports, query: PageQuery): Promise<Page<Order>> {
  const before = decodeCursor(query.cursor, idOf<OrderId>());
  const orders = await readOpenOrders(db, { before, limit: query.limit + 1, now: toInstant(clock.now()) });
  return toPage(orders, query.limit, ({ id }) => id);
}

export const listOpenOrdersEndpoint = endpoint({
  name: 'listOpenOrders',
  access: 'activeOperator',
  budget: 3,
  method: 'get',
  path: '/v1/open-orders',
  tags: ['orders'],
  summary: 'Orders that wait for quotes, newest first',
  request: { query: pageQuery },
  answers: { 200: { description: 'A page', body: pageOf(orderSchema) } },
  handle: ({ ports, query }) => listOpenOrders(ports, query),
});
