import { and, eq, gt, ne, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId, OrderId, QuoteId, VehicleId } from '../schema/ids.ts';
import { operators } from '../schema/operators.ts';
import { orderStops, orders } from '../schema/orders.ts';
import type { orderAmenities } from '../schema/orders.ts';
import { quotes } from '../schema/quotes.ts';
import type { busTypes, quoteStates } from '../schema/quotes.ts';
import { vehicles } from '../schema/vehicles.ts';
import { rating } from './operators.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { List } from './engine/list.ts';
import { bulkMover, mover } from './engine/move.ts';
import type { Moved, Moving } from './engine/move.ts';
import { listOf, lockingStatement, statement } from './engine/statement.ts';
import { insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';
import { orderStateAt } from './orders.ts';

export type QuoteState = (typeof quoteStates)[number];
type NewQuote = typeof quotes.$inferInsert;

/** Adds a quote; false where its operator has one for this order already. */
export async function insertQuote<Quote extends NewQuote>(
  tx: Transaction,
  quote: Exactly<NewQuote, Quote>,
): Promise<boolean> {
  try {
    await insertRow(tx, quotes, quote);
    return true;
  } catch (error) {
    if (duplicateIndex(error) === 'quotes_order_operator') return false;
    throw error;
  }
}

/** The state as it is to be read at `now`: an offer for an order that is over is over. Joined with its order. */
const quoteStateAt = (now: SQL | string): SQL<QuoteState> =>
  sql<QuoteState>`if(${quotes.state} = 'submitted' and ${orderStateAt(now)} = 'expired', 'expired', ${quotes.state})`;

/** The bus that an operator means to send, as it is now. Whoever buys may rely on what an admin has verified. */
export interface QuotedVehicle {
  id: VehicleId;
  busType: (typeof busTypes)[number];
  model: string;
  seats: number;
  year: number;
  amenities: (typeof orderAmenities)[number][];
  verified: boolean;
}

/** Of one statement with the quote: a join that may find nothing would have its columns in no group. */
const vehicle =
  sql<QuotedVehicle | null>`(select json_object('id', v.id, 'busType', v.bus_type, 'model', v.model, 'seats', v.seats,
    'year', v.year, 'amenities', json_compact(v.amenities), 'verified', if(v.state = 'verified', 1, 0))
  from ${vehicles} v where v.id = ${quotes.vehicleId})`
    .mapWith((text: string): QuotedVehicle => {
      const found = JSON.parse(text) as Omit<QuotedVehicle, 'verified'> & { verified: 0 | 1 };
      return { ...found, verified: found.verified === 1 };
    })
    .as('vehicle');

const shownAt = (now: SQL) => ({
  quote: {
    id: quotes.id,
    orderId: quotes.orderId,
    state: quoteStateAt(now).as('state_now'),
    totalPrice: quotes.totalPrice,
    pricePerBus: quotes.pricePerBus,
    buses: quotes.buses,
    busType: quotes.busType,
    includes: quotes.includes,
    message: quotes.message,
    submittedAt: quotes.submittedAt,
    decidedAt: quotes.decidedAt,
    vehicle,
  },
  operator: {
    id: quotes.operatorId,
    displayName: accounts.displayName,
    role: accounts.role,
    rating,
    reviewCount: operators.reviewCount,
  },
  carrier: {
    id: quotes.carrierId,
    displayName: sql<string | null>`(select carrier.display_name from ${accounts} carrier
      where carrier.id = ${quotes.carrierId})`.as('carrier_name'),
  },
});

interface Parties<Quote, Operator> {
  quote: Quote;
  operator: Operator;
  carrier: { id: AccountId | null; displayName: string | null };
}

const withParties = <Quote, Operator>({ quote, operator, carrier: { id, displayName } }: Parties<Quote, Operator>) => ({
  ...quote,
  operator,
  carrier: id !== null && displayName !== null ? { id, displayName } : null,
});

const quoteById = statement({ id: quotes.id, now: orders.departureAt }, (qb, { id, now }) =>
  qb
    .select({ ...shownAt(now), customerId: orders.customerId })
    .from(quotes)
    .innerJoin(orders, eq(orders.id, quotes.orderId))
    .innerJoin(accounts, eq(accounts.id, quotes.operatorId))
    .innerJoin(operators, eq(operators.accountId, quotes.operatorId))
    .where(eq(quotes.id, id)),
);

/** A quote as it is at `now`, and its order's customer, who may see it and select it. */
export async function findQuote(db: Sql, id: QuoteId, now: string) {
  const [row] = await quoteById(db, { id, now });
  if (!row) return undefined;
  return { quote: withParties(row), customerId: row.customerId };
}

/** An order's quotes as they are at `now`. */
export const orderQuotes = new List({
  table: quotes,
  scope: { orderId: quotes.orderId },
  filters: {},
  orders: {
    new: { by: { id: quotes.id }, direction: 'desc' },
    price: { by: { totalPrice: quotes.totalPrice, id: quotes.id }, direction: 'asc' },
  },
  needs: { now: orders.departureAt },
  select: (qb, { now }, { on, where, orderBy, limit }) =>
    qb
      .select(shownAt(now))
      .from(quotes, on)
      .innerJoin(orders, eq(orders.id, quotes.orderId))
      .innerJoin(accounts, eq(accounts.id, quotes.operatorId))
      .innerJoin(operators, eq(operators.accountId, quotes.operatorId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: (rows) => rows.map(withParties),
});

/** An operator's quotes as they are at `now`, each with a summary of its order. */
export const operatorQuotes = new List({
  table: quotes,
  scope: { operatorId: quotes.operatorId },
  filters: { state: quotes.state },
  orders: { new: { by: { id: quotes.id }, direction: 'desc' } },
  needs: { now: orders.departureAt },
  // A quote that is submitted for an order whose departure has passed has expired, written down or not.
  extraWhere: ({ now }, given) =>
    given.has('state')
      ? or(ne(quotes.state, 'submitted'), ne(orders.state, 'open'), gt(orders.departureAt, now))
      : undefined,
  select: (qb, { now }, { on, where, orderBy, limit }) =>
    qb
      .select({
        ...shownAt(now),
        order: {
          id: quotes.orderId,
          state: orderStateAt(now).as('order_state_now'),
          departureAt: orders.departureAt,
        },
        departure: {
          name: sql<string>`(select ${orderStops.name} from ${orderStops}
            where ${orderStops.orderId} = ${quotes.orderId} and ${orderStops.position} = 0)`.as('departure_name'),
        },
        arrival: {
          name: sql<string>`(select ${orderStops.name} from ${orderStops}
            where ${orderStops.orderId} = ${quotes.orderId} order by ${orderStops.position} desc limit 1)`.as(
            'arrival_name',
          ),
        },
      })
      .from(quotes, on)
      .innerJoin(orders, eq(orders.id, quotes.orderId))
      .innerJoin(accounts, eq(accounts.id, quotes.operatorId))
      .innerJoin(operators, eq(operators.accountId, quotes.operatorId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: (rows) =>
    rows.map(({ order, departure, arrival, ...row }) => ({
      ...withParties(row),
      order: { ...order, departure, arrival },
    })),
});

const quoteOfOperator = statement(
  { orderId: quotes.orderId, operatorId: quotes.operatorId },
  (qb, { orderId, operatorId }) =>
    qb
      .select({ id: quotes.id })
      .from(quotes)
      .where(and(eq(quotes.orderId, orderId), eq(quotes.operatorId, operatorId))),
);

export async function hasQuoted(db: Sql, orderId: OrderId, operatorId: AccountId): Promise<boolean> {
  return (await quoteOfOperator(db, { orderId, operatorId })).length > 0;
}

const submittedBeside = lockingStatement({ orderId: quotes.orderId, id: quotes.id }, (qb, { orderId, id }) =>
  qb
    .select({ id: quotes.id, operatorId: quotes.operatorId })
    .from(quotes)
    .where(and(eq(quotes.orderId, orderId), eq(quotes.state, 'submitted'), ne(quotes.id, id)))
    .for('update'),
);

/** The state of a quote's order at `now`, where the statement does not join it. */
const stateOfOrder = (now: string) =>
  sql`(select ${orderStateAt(sql`${sql.param(now, orders.departureAt)}`)} from ${orders} where ${orders.id} = ${quotes.orderId})`;

const move = mover<QuoteState>(quotes, {
  id: quotes.id,
  state: quotes.state,
  standing: (at) =>
    sql`if(${quotes.state} = 'submitted' and ${stateOfOrder(at)} = 'expired', 'expired', ${quotes.state})`,
});

/** Moves several quotes at once, which the transaction has locked. */
export const moveSubmittedQuotes = bulkMover<QuoteState>(quotes, { id: quotes.id, state: quotes.state });

/**
 * Moves a quote, unless it stands elsewhere; one for an order that is over has expired. The transaction holds the order's lock:
 * who has it decides over its quotes, and no two wait for each other.
 */
export async function moveQuote(
  tx: Transaction,
  id: QuoteId,
  transition: Moving<QuoteState>,
  at: string,
  set: Partial<NewQuote> = {},
): Promise<Moved<QuoteState> | undefined> {
  const where = transition.to === 'expired' ? undefined : sql`${stateOfOrder(at)} <> 'expired'`;
  return move(tx, id, transition, at, { set, where });
}

/**
 * Declines the submitted quotes of an order but one, and gives them. The transaction has moved the order on, and holds its lock:
 * no quote can come in.
 */
export async function declineOthers(
  tx: Transaction,
  orderId: OrderId,
  id: QuoteId,
  transition: Moving<QuoteState>,
  at: string,
) {
  const others = await submittedBeside(tx, { orderId, id });
  await moveSubmittedQuotes(
    tx,
    others.map((other) => other.id),
    transition,
    at,
  );
  return others;
}

const submittedFor = lockingStatement({ orderIds: listOf(quotes.orderId) }, (qb, { orderIds }) =>
  qb
    .select({ id: quotes.id, orderId: quotes.orderId, operatorId: quotes.operatorId })
    .from(quotes)
    .where(and(sql`${quotes.orderId} in ${orderIds}`, eq(quotes.state, 'submitted')))
    .for('update'),
);

/** Moves all submitted quotes for these orders, and gives them. */
export async function moveQuotesOf(
  tx: Transaction,
  orderIds: readonly OrderId[],
  transition: Moving<QuoteState>,
  at: string,
) {
  const submitted = await submittedFor(tx, { orderIds });
  await moveSubmittedQuotes(
    tx,
    submitted.map(({ id }) => id),
    transition,
    at,
  );
  return submitted;
}
