import { and, asc, eq, gt, lte, ne, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId, OrderId } from '../schema/ids.ts';
import { orderStops, orders } from '../schema/orders.ts';
import type { orderStates } from '../schema/orders.ts';
import { quotes } from '../schema/quotes.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { List } from './engine/list.ts';
import { bulkMover, mover } from './engine/move.ts';
import type { Moved, Moving } from './engine/move.ts';
import { listOf, lockingStatement, number, statement } from './engine/statement.ts';
import { asInserted, bulkInsert, insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';

export type OrderState = (typeof orderStates)[number];
export type NewOrder = typeof orders.$inferInsert;
export interface NewStop {
  name: string;
  address: string;
  latitude?: number | undefined;
  longitude?: number | undefined;
}

const insertStops = bulkInsert(orderStops, ['orderId', 'position', 'name', 'address', 'latitude', 'longitude']);

/** The state as it is to be read at `now`: a departure that has passed is over, whether or not a job has written it down. */
export const orderStateAt = (now: SQL | string): SQL<OrderState> =>
  sql<OrderState>`if(${orders.state} = 'open' and ${orders.departureAt} <= ${now}, 'expired', ${orders.state})`;

/** What is shown of an order as it is stored. */
const storedColumns = {
  id: orders.id,
  version: orders.version,
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

const storedOf = asInserted(storedColumns);

interface Place {
  name: string;
  address: string;
  latitude: number | null;
  longitude: number | null;
}

interface Stop {
  position: number;
  place: Place;
}

const stopColumns = {
  position: orderStops.position,
  place: {
    name: orderStops.name,
    address: orderStops.address,
    latitude: orderStops.latitude,
    longitude: orderStops.longitude,
  },
};

const shownAt = (now: SQL) => ({
  order: { ...storedColumns, state: orderStateAt(now).as('state_now') },
  customer: { id: orders.customerId, displayName: accounts.displayName },
});

/** An order with all that is shown of it; its stops may come in any order. */
function withStops<Order extends { id: OrderId }, Customer>(
  { order, customer }: { order: Order; customer: Customer },
  stops: readonly Stop[],
) {
  const places = stops.toSorted((one, other) => one.position - other.position).map(({ place }) => place);
  const [departure, ...stopovers] = places;
  const arrival = stopovers.pop();
  if (!departure || !arrival) throw new Error(`order ${order.id} has no stops`);
  return { ...order, customer, departure, stopovers, arrival };
}

/** Adds an order with its stops in travelling order. Gives it as it will be read, without a look: nobody else knows of it yet. */
export async function insertOrder<Order extends NewOrder>(
  tx: Transaction,
  order: Exactly<NewOrder, Order>,
  stops: NewStop[],
  customerName: string,
) {
  const { id: orderId, state, customerId } = order;
  const stored = stops.map(({ name, address, latitude, longitude }, position) => ({
    position,
    place: { name, address, latitude: latitude ?? null, longitude: longitude ?? null },
  }));
  await insertRow(tx, orders, order);
  await insertStops(
    tx,
    stored.map(({ position, place }) => ({ orderId, position, ...place })),
  );
  const customer = { id: customerId, displayName: customerName };
  return withStops({ order: { ...storedOf(order), state }, customer }, stored);
}

const orderById = statement(
  { viewerId: accounts.id, id: orders.id, now: orders.departureAt },
  (qb, { viewerId, id, now }) =>
    qb
      .select({
        ...shownAt(now),
        ...stopColumns,
        customerState: accounts.state,
        viewerState: sql<
          string | null
        >`(select ${accounts.state} from ${accounts} where ${accounts.id} = ${viewerId})`.as('viewer_state'),
        viewerQuote: sql<
          string | null
        >`(select ${quotes.id} from ${quotes} where ${quotes.orderId} = ${orders.id} and ${quotes.operatorId} = ${viewerId})`.as(
          'viewer_quote',
        ),
      })
      .from(orders)
      .innerJoin(accounts, eq(accounts.id, orders.customerId))
      .innerJoin(orderStops, eq(orderStops.orderId, orders.id))
      .where(eq(orders.id, id)),
);

/**
 * An order as it is at `now`, and what decides whether `viewerId` may see it: whether that account is active, its own quote for it,
 * and whether its customer is active.
 */
export async function findOrder(db: Sql, id: OrderId, viewerId: AccountId, now: string) {
  // A row for each stop: the order's own columns come again with it, which costs less than a second statement.
  const rows = await orderById(db, { id, viewerId, now });
  const [row] = rows;
  if (!row) return undefined;
  const order = withStops(row, rows);
  const viewer = { active: row.viewerState === 'active', quoteId: row.viewerQuote };
  return { order, viewer, customerActive: row.customerState === 'active' };
}

/** The order is what its column says: it is not open with a departure that has passed. */
const stillStands = (now: SQL): SQL | undefined => or(ne(orders.state, 'open'), gt(orders.departureAt, now));

const stopsOfOrders = statement({ orderIds: listOf(orderStops.orderId) }, (qb, { orderIds }) =>
  qb
    .select({ orderId: orderStops.orderId, ...stopColumns })
    .from(orderStops)
    .where(sql`${orderStops.orderId} in ${orderIds}`),
);

/** Orders with all stops of all of them, in one statement more. */
async function withAllStops<Order extends { id: OrderId }, Customer>(
  rows: readonly { order: Order; customer: Customer }[],
  db: Sql,
) {
  if (rows.length === 0) return [];
  const stops = await stopsOfOrders(db, { orderIds: rows.map(({ order }) => order.id) });
  const byOrder = Map.groupBy(stops, ({ orderId }) => orderId);
  return rows.map((row) => withStops(row, byOrder.get(row.order.id) ?? []));
}

/** A customer's orders as they are at `now`. */
export const customerOrders = new List({
  table: orders,
  scope: { customerId: orders.customerId },
  filters: { state: orders.state },
  orders: { new: { by: { id: orders.id }, direction: 'desc' } },
  needs: { now: orders.departureAt },
  extraWhere: ({ now }, given) => (given.has('state') ? stillStands(now) : undefined),
  select: (qb, { now }, { on, where, orderBy, limit }) =>
    qb
      .select(shownAt(now))
      .from(orders, on)
      .innerJoin(accounts, eq(accounts.id, orders.customerId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: withAllStops,
});

/** Orders that take quotes at `now`: of customers who are active, with their departure ahead. */
export const openOrders = new List({
  table: orders,
  scope: {},
  fixed: [[orders.state, 'open']],
  filters: { kind: orders.kind },
  orders: {
    new: { by: { id: orders.id }, direction: 'desc' },
    departure: { by: { departureAt: orders.departureAt, id: orders.id }, direction: 'asc' },
  },
  needs: { now: orders.departureAt },
  extraWhere: ({ now }) => and(gt(orders.departureAt, now), eq(accounts.state, 'active')),
  select: (qb, { now }, { on, where, orderBy, limit }) =>
    qb
      .select(shownAt(now))
      .from(orders, on)
      .innerJoin(accounts, eq(accounts.id, orders.customerId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: withAllStops,
  count: (qb, _params, { on, where, limit }) =>
    qb
      .select({ id: orders.id })
      .from(orders, on)
      .innerJoin(accounts, eq(accounts.id, orders.customerId))
      .where(where)
      .limit(limit),
});

const customerOfOrder = statement({ id: orders.id }, (qb, { id }) =>
  qb.select({ customerId: orders.customerId }).from(orders).where(eq(orders.id, id)),
);

export async function findOrderCustomer(db: Sql, id: OrderId): Promise<AccountId | undefined> {
  const [order] = await customerOfOrder(db, { id });
  return order?.customerId;
}

const orderForQuote = lockingStatement({ id: orders.id, now: orders.departureAt }, (qb, { id, now }) =>
  qb
    .select({ state: orderStateAt(now).as('state_now'), customerId: orders.customerId, passengers: orders.passengers })
    .from(orders)
    .where(eq(orders.id, id))
    .for('update'),
);

/** What decides whether an order takes a quote at `now`. Its row is locked: it cannot be selected before this transaction ends. */
export async function lockOrderForQuote(tx: Transaction, id: OrderId, now: string) {
  const [order] = await orderForQuote(tx, { id, now });
  return order;
}

const move = mover<OrderState>(orders, {
  id: orders.id,
  state: orders.state,
  version: orders.version,
  standing: (at) => orderStateAt(sql`${sql.param(at, orders.departureAt)}`),
});

/** Moves an order, unless it stands elsewhere. One that is open has to have its departure ahead, or else is to expire. */
export async function moveOrder(
  tx: Transaction,
  id: OrderId,
  transition: Moving<OrderState>,
  at: string,
  more: { set?: Partial<NewOrder>; versions?: readonly number[] | undefined } = {},
): Promise<Moved<OrderState> | undefined> {
  const where =
    transition.to === 'expired'
      ? lte(orders.departureAt, at)
      : or(ne(orders.state, 'open'), gt(orders.departureAt, at));
  return move(tx, id, transition, at, { ...more, where });
}

const departedOrders = lockingStatement({ now: orders.departureAt, limit: number }, (qb, { now, limit }) =>
  qb
    .select({ id: orders.id, customerId: orders.customerId })
    .from(orders)
    .where(and(eq(orders.state, 'open'), lte(orders.departureAt, now)))
    .orderBy(asc(orders.departureAt))
    .limit(limit)
    .for('update', { skipLocked: true }),
);

/** Open orders whose departure has passed at `now`, locked; those that somebody else holds are left out. */
export async function lockDepartedOrders(tx: Transaction, now: string, limit: number) {
  return departedOrders(tx, { now, limit });
}

/** Moves several orders at once, which the transaction has locked. */
export const moveOrders = bulkMover<OrderState>(orders, {
  id: orders.id,
  state: orders.state,
  version: orders.version,
});
