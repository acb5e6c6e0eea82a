import { and, desc, eq, lt, ne, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId, OrderId, QuoteId } from '../schema/ids.ts';
import { operators } from '../schema/operators.ts';
import { orderStops, orders } from '../schema/orders.ts';
import { quotes } from '../schema/quotes.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { duplicateIndex } from './engine/database-error.ts';
import { lastId } from './engine/ids.ts';
import { lockingStatement, number, statement } from './engine/statement.ts';

/** Adds a quote; false where its operator has one for this order already. */
export async function insertQuote(tx: Transaction, quote: typeof quotes.$inferInsert): Promise<boolean> {
  try {
    await tx.insert(quotes).values(quote);
    return true;
  } catch (error) {
    if (duplicateIndex(error) === 'quotes_order_operator') return false;
    throw error;
  }
}

const shown = {
  id: quotes.id,
  orderId: quotes.orderId,
  operatorId: quotes.operatorId,
  operatorName: accounts.displayName,
  operatorRole: accounts.role,
  rating: operators.rating,
  reviewCount: operators.reviewCount,
  state: quotes.state,
  totalPrice: quotes.totalPrice,
  pricePerBus: quotes.pricePerBus,
  buses: quotes.buses,
  busType: quotes.busType,
  includes: quotes.includes,
  message: quotes.message,
  submittedAt: quotes.submittedAt,
  decidedAt: quotes.decidedAt,
};

const quoteById = statement({ id: quotes.id }, (qb, { id }) =>
  qb
    .select({ ...shown, customerId: orders.customerId, operatorState: accounts.state })
    .from(quotes)
    .innerJoin(orders, eq(orders.id, quotes.orderId))
    .innerJoin(accounts, eq(accounts.id, quotes.operatorId))
    .innerJoin(operators, eq(operators.accountId, quotes.operatorId))
    .where(eq(quotes.id, id)),
);

/** A quote, and what decides who may see and select it: its order's customer, and whether its operator is active. */
export async function findQuote(db: Sql, id: QuoteId) {
  const [row] = await quoteById(db, { id });
  if (!row) return undefined;
  const { customerId, operatorState, ...rest } = row;
  return { quote: withOperator(rest), customerId, operatorActive: operatorState === 'active' };
}

const quotesOfOrder = statement(
  { orderId: quotes.orderId, before: quotes.id, limit: number },
  (qb, { orderId, before, limit }) =>
    qb
      .select(shown)
      // Left alone, MariaDB takes the unique index and sorts.
      .from(quotes, { forceIndex: 'quotes_order' })
      .innerJoin(accounts, eq(accounts.id, quotes.operatorId))
      .innerJoin(operators, eq(operators.accountId, quotes.operatorId))
      .where(and(eq(quotes.orderId, orderId), lt(quotes.id, before)))
      .orderBy(desc(quotes.id))
      .limit(limit),
);

/** An order's quotes older than `before`, newest first. */
export async function listOrderQuotes(db: Sql, orderId: OrderId, before: QuoteId | undefined, limit: number) {
  return (await quotesOfOrder(db, { orderId, before: before ?? lastId(), limit })).map(withOperator);
}

const quotesOfOperator = statement(
  { operatorId: quotes.operatorId, before: quotes.id, limit: number },
  (qb, { operatorId, before, limit }) =>
    qb
      .select({
        ...shown,
        orderState: orders.state,
        departureAt: orders.departureAt,
        departureName: sql<string>`(select ${orderStops.name} from ${orderStops}
        where ${orderStops.orderId} = ${quotes.orderId} and ${orderStops.position} = 0)`.as('departure_name'),
        arrivalName: sql<string>`(select ${orderStops.name} from ${orderStops}
        where ${orderStops.orderId} = ${quotes.orderId} order by ${orderStops.position} desc limit 1)`.as(
          'arrival_name',
        ),
      })
      .from(quotes)
      .innerJoin(orders, eq(orders.id, quotes.orderId))
      .innerJoin(accounts, eq(accounts.id, quotes.operatorId))
      .innerJoin(operators, eq(operators.accountId, quotes.operatorId))
      .where(and(eq(quotes.operatorId, operatorId), lt(quotes.id, before)))
      .orderBy(desc(quotes.id))
      .limit(limit),
);

/** An operator's quotes older than `before`, newest first, each with the gist of its order. */
export async function listOperatorQuotes(db: Sql, operatorId: AccountId, before: QuoteId | undefined, limit: number) {
  const rows = await quotesOfOperator(db, { operatorId, before: before ?? lastId(), limit });
  return rows.map(({ orderState: state, departureAt, departureName, arrivalName, ...row }) => {
    const order = {
      id: row.orderId,
      state,
      departure: { name: departureName },
      arrival: { name: arrivalName },
      departureAt,
    };
    return Object.assign(withOperator(row), { order });
  });
}

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

/**
 * Makes a submitted quote the selected one and declines its order's others, giving those; undefined where it is no longer
 * submitted. Inside the transaction that has moved the order on, which holds the order's lock: no quote can come in.
 */
export async function decideQuotes(tx: Transaction, orderId: OrderId, id: QuoteId, decidedAt: string) {
  const [{ affectedRows }] = await tx
    .update(quotes)
    .set({ state: 'selected', decidedAt })
    .where(and(eq(quotes.id, id), eq(quotes.state, 'submitted')));
  if (affectedRows === 0) return undefined;
  const others = await submittedBeside(tx, { orderId, id });
  if (others.length > 0) {
    await tx
      .update(quotes)
      .set({ state: 'declined', decidedAt })
      .where(and(eq(quotes.orderId, orderId), eq(quotes.state, 'submitted')));
  }
  return others;
}

function withOperator<
  Row extends {
    operatorId: AccountId;
    operatorName: string;
    operatorRole: (typeof accounts.$inferSelect)['role'];
    rating: number | null;
    reviewCount: number;
  },
>({ operatorId, operatorName, operatorRole, rating, reviewCount, ...quote }: Row) {
  return {
    ...quote,
    operator: { id: operatorId, displayName: operatorName, role: operatorRole, rating, reviewCount },
  };
}
