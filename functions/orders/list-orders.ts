import { z } from '@hono/zod-openapi';
import { customerOrders } from '../../db/orders.ts';
import type { OrderId } from '../../schema/ids.ts';
import { orderStates } from '../../schema/orders.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { orderSchema } from './order-schema.ts';
import type { Order } from './order-schema.ts';

const ownOrders = listQuery({
  name: 'orders',
  filters: { state: z.enum(orderStates).optional() },
  orders: { new: { id: idOf<OrderId>() } },
});

/** The customer's own orders, newest first. */
export async function listOrders(
  { db, clock }: Ports,
  { accountId }: Principal,
  query: z.output<typeof ownOrders.schema>,
): Promise<Page<Order>> {
  const { selection, page } = ownOrders.open(query, accountId);
  return page(await customerOrders.page(db, { customerId: accountId, now: toInstant(clock.now()) }, selection));
}

export const listOrdersEndpoint = endpoint({
  name: 'listOrders',
  access: 'customer',
  budget: 2,
  method: 'get',
  path: '/v1/orders',
  tags: ['orders'],
  summary: 'My orders, newest first',
  request: { query: ownOrders.schema },
  answers: { 200: { description: 'A page', body: pageOf(orderSchema) } },
  handle: ({ ports, actor, query }) => listOrders(ports, actor, query),
});
