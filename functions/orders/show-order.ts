import { findOrder } from '../../db/orders.ts';
import type { OrderId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { maySeeOrder, shownTo } from './order-policy.ts';
import { orderIdParam, orderSchema } from './order-schema.ts';
import type { Order } from './order-schema.ts';
import { toInstant } from '../instant.ts';

/** One order, or Problem `not_found` where the caller may not know of it. */
export async function showOrder(
  { db, clock }: Pick<Ports, 'db' | 'clock'>,
  principal: Principal,
  orderId: OrderId,
): Promise<Order> {
  const found = await findOrder(db, orderId, principal.accountId, toInstant(clock.now()));
  if (!found || !maySeeOrder(principal, found)) throw new Problem('not_found');
  return shownTo(principal, found);
}

export const showOrderEndpoint = endpoint({
  name: 'showOrder',
  access: 'account',
  budget: 2,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/orders/{orderId}',
  tags: ['orders'],
  summary: 'One order',
  request: { params: orderIdParam },
  answers: { 200: { description: 'The order', body: orderSchema } },
  handle: ({ ports, actor, params }) => showOrder(ports, actor, params.orderId),
});
