import { and, desc, eq, gt, lt, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId, OrderId, QuoteId } from '../schema/ids.ts';
import { orderStops, orders } from '../schema/orders.ts';
import { quotes } from '../schema/quotes.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { lastId } from './engine/ids.ts';
import { listOf, lockingStatement, number, statement } from './engine/statement.ts';
import { insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';

export type NewOrder = typeof orders.$inferInsert;
export interface NewStop {
  name: string;
  address: string;
  latitude?: number | undefined;
  longitude?: number | undefined;
}

/** Adds an order with its stops in travelling order. */
export async function insertOrder<Order extends NewOrder>(
  tx: Transaction,
  order: Exactly<NewOrder, Order>,
  stops: NewStop[],
): Promise<void> {
  await insertRow(tx, orders, order);
  await tx.insert(orderStops).values(stops.map((stop, position) => ({ ...stop, orderId: order.id, position })));
}

const shown = {
  id: orders.id,
  state: orders.state,
  version: orders.version,
  customerId: orders.customerId,
  customerName: accounts.displayName,
  kind: orders.kind,
  purpose: orders.purpose,
  departureAt: orders.departureAt,
  returnAt: orders.returnAt,
  weekdays: orders.weekdays,
  termEndsOn: orders.termEndsOn,
  passengers: orders.passengers,
  buses: orders.buses,
  amenities: orders.amenities,
  driverStays: orders.driverStays,
  driverSchedule: orders.driverSchedule,
  remarks: orders.remarks,
  distanceKm: orders.distanceKm,
  selectedQuoteId: orders.selectedQuoteId,
  placedAt: orders.placedAt,
  selectedAt: orders.selectedAt,
};

const orderById = statement({ viewerId: accounts.id, id: orders.id }, (qb, { viewerId, id }) =>
  qb
    .select({
      ...shown,
      viewerState: sql<
        string | null
      >`(select ${accounts.state} from ${accounts} where ${accounts.id} = ${viewerId})`.as('viewer_state'),
      viewerQuoted:
        sql<number>`exists (select 1 from ${quotes} where ${quotes.orderId} = ${orders.id} and ${quotes.operatorId} = ${viewerId})`.as(
          'viewer_quoted',
        ),
    })
    .from(orders)
    .innerJoin(accounts, eq(accounts.id, orders.customerId))
    .where(eq(orders.id, id)),
);

/** An order, and what decides whether `viewerId` may see it: whether that account is active, and has quoted for it. */
export async function findOrder(db: Sql, id: OrderId, viewerId: AccountId) {
  const [row] = await orderById(db, { id, viewerId });
  if (!row) return undefined;
  const { viewerState, viewerQuoted, ...rest } = row;
  const [order] = await withStops(db, [rest]);
  return order && { order, viewer: { active: viewerState === 'active', quoted: Boolean(viewerQuoted) } };
}

const customerOrders = statement(
  { customerId: orders.customerId, before: orders.id, limit: number },
  (qb, { customerId, before, limit }) =>
    qb
      .select(shown)
      .from(orders)
      .innerJoin(accounts, eq(accounts.id, orders.customerId))
      .where(and(eq(orders.customerId, customerId), lt(orders.id, before)))
      .orderBy(desc(orders.id))
      .limit(limit),
);

const openOrders = statement({ before: orders.id, limit: number }, (qb, { before, limit }) =>
  qb
    .select(shown)
    .from(orders)
    .innerJoin(accounts, eq(accounts.id, orders.customerId))
    .where(and(eq(orders.state, 'open'), lt(orders.id, before)))
    .orderBy(desc(orders.id))
    .limit(limit),
);

/** A customer's orders older than `before`, newest first. */
export async function listCustomerOrders(db: Sql, customerId: AccountId, before: OrderId | undefined, limit: number) {
  return withStops(db, await customerOrders(db, { customerId, before: before ?? lastId(), limit }));
}

/** Open orders older than `before`, newest first. */
export async function listOpenOrders(db: Sql, before: OrderId | undefined, limit: number) {
  return withStops(db, await openOrders(db, { before: before ?? lastId(), limit }));
}

const customerOfOrder = statement({ id: orders.id }, (qb, { id }) =>
  qb.select({ customerId: orders.customerId }).from(orders).where(eq(orders.id, id)),
);

export async function findOrderCustomer(db: Sql, id: OrderId): Promise<AccountId | undefined> {
  const [order] = await customerOfOrder(db, { id });
  return order?.customerId;
}

const orderForQuote = lockingStatement({ id: orders.id }, (qb, { id }) =>
  qb
    .select({ state: orders.state, customerId: orders.customerId, departureAt: orders.departureAt })
    .from(orders)
    .where(eq(orders.id, id))
    .for('update'),
);

/** What decides whether an order takes a quote. Its row is locked: it cannot be selected before this transaction ends. */
export async function lockOrderForQuote(tx: Transaction, id: OrderId) {
  const [order] = await orderForQuote(tx, { id });
  return order;
}

/** Moves an order from open to selected, unless it is not open (any more) or its departure has passed; says whether it did. */
export async function moveOrderToSelected(
  tx: Transaction,
  id: OrderId,
  quoteId: QuoteId,
  at: string,
): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(orders)
    .set({ state: 'selected', selectedAt: at, selectedQuoteId: quoteId, version: sql`${orders.version} + 1` })
    .where(and(eq(orders.id, id), eq(orders.state, 'open'), gt(orders.departureAt, at)));
  return affectedRows === 1;
}

const stopsOfOrders = statement({ orderIds: listOf(orderStops.orderId) }, (qb, { orderIds }) =>
  qb
    .select({
      orderId: orderStops.orderId,
      position: orderStops.position,
      name: orderStops.name,
      address: orderStops.address,
      latitude: orderStops.latitude,
      longitude: orderStops.longitude,
    })
    .from(orderStops)
    .where(sql`${orderStops.orderId} in ${orderIds}`),
);

/** All stops of all these orders in one statement. */
async function withStops<Row extends { id: OrderId; customerId: AccountId; customerName: string }>(
  db: Sql,
  rows: Row[],
) {
  if (rows.length === 0) return [];
  const stops = await stopsOfOrders(db, { orderIds: rows.map(({ id }) => id) });
  const byOrder = Map.groupBy(stops, ({ orderId }) => orderId);
  return rows.map(({ customerId, customerName, ...order }) => {
    // Sorted here, where it is a dozen at most: MariaDB would sort the stops of the whole page.
    const places = (byOrder.get(order.id) ?? [])
      .toSorted((left, right) => left.position - right.position)
      .map(({ orderId: _orderId, position: _position, ...place }) => place);
    const [departure, ...others] = places;
    const arrival = others.pop();
    if (!departure || !arrival) throw new Error(`order ${order.id} has no stops`);
    return { ...order, customer: { id: customerId, displayName: customerName }, departure, stopovers: others, arrival };
  });
}
