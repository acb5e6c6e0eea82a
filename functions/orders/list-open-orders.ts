import { z } from '@hono/zod-openapi';
import { openOrders } from '../../db/orders.ts';
import type { OrderId } from '../../schema/ids.ts';
import { orderKinds } from '../../schema/orders.ts';
import { endpoint } from '../http/endpoint.ts';
import { instant } from '../http/fields.ts';
import { idOf } from '../http/id.ts';
import { countedPageOf, countOf, listQuery } from '../http/paging.ts';
import type { CountedPage } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { orderSchema } from './order-schema.ts';
import type { Order } from './order-schema.ts';

const market = listQuery({
  name: 'open-orders',
  filters: { kind: z.enum(orderKinds).optional() },
  orders: { new: { id: idOf<OrderId>() }, departure: { departureAt: instant, id: idOf<OrderId>() } },
  counted: true,
});

/** The orders that wait for quotes: the newest first, or those that leave next. */
export async function listOpenOrders(
  { db, clock }: Ports,
  { accountId }: Principal,
  query: z.output<typeof market.schema>,
): Promise<CountedPage<Order>> {
  const given = { now: toInstant(clock.now()) };
  const { selection, page, counting } = market.open(query, accountId);
  const [orders, read] = await Promise.all([
    openOrders.page(db, given, selection),
    counting && openOrders.count(db, given, counting),
  ]);
  return { ...page(orders), ...(read !== undefined && { count: countOf(read) }) };
}

export const listOpenOrdersEndpoint = endpoint({
  name: 'listOpenOrders',
  access: 'activeOperator',
  budget: 4,
  method: 'get',
  path: '/v1/open-orders',
  tags: ['orders'],
  summary: 'Orders that wait for quotes',
  request: { query: market.schema },
  answers: { 200: { description: 'A page', body: countedPageOf(orderSchema) } },
  handle: ({ ports, actor, query }) => listOpenOrders(ports, actor, query),
});
