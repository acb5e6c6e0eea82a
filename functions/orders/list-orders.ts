import { listCustomerOrders } from '../../db/orders.ts';
import type { OrderId } from '../../schema/ids.ts';
import type { App } from '../http/app-type.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page, PageQuery } from '../http/paging.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { orderSchema } from './order-schema.ts';
import type { Order } from './order-schema.ts';

/** The customer's own orders, newest first. */
export async function listOrders({ db }: Ports, { accountId }: Principal, query: PageQuery): Promise<Page<Order>> {
  const before = decodeCursor(query.cursor, idOf<OrderId>());
  const orders = await listCustomerOrders(db, accountId, before, query.limit + 1);
  return toPage(orders, query.limit, ({ id }) => id);
}

export const listOrdersRoute = endpoint(
  { access: 'customer', budget: 2, problems: ['validation_failed'] },
  {
    method: 'get',
    path: '/v1/orders',
    tags: ['orders'],
    summary: 'My orders, newest first',
    request: { query: pageQuery },
    responses: { 200: { description: 'A page', content: { 'application/json': { schema: pageOf(orderSchema) } } } },
  },
);

export function mountListOrders(app: App): void {
  app.openapi(listOrdersRoute, async (c) =>
    c.json(await listOrders(c.var.ports, c.var.principal, c.req.valid('query')), 200),
  );
}
