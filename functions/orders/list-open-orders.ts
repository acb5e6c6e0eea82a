import { listOpenOrders as readOpenOrders } from '../../db/orders.ts';
import type { OrderId } from '../../schema/ids.ts';
import type { App } from '../http/app-type.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page, PageQuery } from '../http/paging.ts';
import { requireActiveOperator } from '../operators/require-active-operator.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { orderSchema } from './order-schema.ts';
import type { Order } from './order-schema.ts';

/** The orders that wait for quotes, newest first, for active operators. Problem: `operator_not_active`. */
export async function listOpenOrders(ports: Ports, principal: Principal, query: PageQuery): Promise<Page<Order>> {
  await requireActiveOperator(ports.db, principal);
  const before = decodeCursor(query.cursor, idOf<OrderId>());
  const orders = await readOpenOrders(ports.db, before, query.limit + 1);
  return toPage(orders, query.limit, ({ id }) => id);
}

export const listOpenOrdersRoute = endpoint(
  { access: 'operator', budget: 3, problems: ['operator_not_active', 'validation_failed'] },
  {
    method: 'get',
    path: '/v1/open-orders',
    tags: ['orders'],
    summary: 'Orders that wait for quotes, newest first',
    request: { query: pageQuery },
    responses: { 200: { description: 'A page', content: { 'application/json': { schema: pageOf(orderSchema) } } } },
  },
);

export function mountListOpenOrders(app: App): void {
  app.openapi(listOpenOrdersRoute, async (c) =>
    c.json(await listOpenOrders(c.var.ports, c.var.principal, c.req.valid('query')), 200),
  );
}
