import { and, eq, gt, sql } from 'drizzle-orm';
import type { AccountId } from '../schema/ids.ts';
import { orders } from '../schema/orders.ts';
import { quotes } from '../schema/quotes.ts';
import type { Transaction } from './engine/client.ts';
import { listOf, lockingStatement, statement } from './engine/statement.ts';
import { moveSubmittedQuotes } from './quotes.ts';
import type { QuoteState } from './quotes.ts';
import type { Moving } from './engine/move.ts';

const columns = { id: quotes.id, orderId: quotes.orderId, operatorId: quotes.operatorId, carrierId: quotes.carrierId };

const submittedBy = lockingStatement({ operatorId: quotes.operatorId }, (qb, { operatorId }) =>
  qb
    .select(columns)
    .from(quotes)
    .where(and(eq(quotes.operatorId, operatorId), eq(quotes.state, 'submitted')))
    .for('update'),
);

const submittedUnder = lockingStatement({ carrierId: quotes.carrierId }, (qb, { carrierId }) =>
  qb
    .select(columns)
    .from(quotes)
    .where(and(eq(quotes.carrierId, carrierId), eq(quotes.state, 'submitted')))
    .for('update'),
);

const ordersAhead = statement({ orderIds: listOf(orders.id), now: orders.departureAt }, (qb, { orderIds, now }) =>
  qb
    .select({ id: orders.id, customerId: orders.customerId })
    .from(orders)
    .where(and(sql`${orders.id} in ${orderIds}`, gt(orders.departureAt, now))),
);

/** Whose quotes: an operator's own, those that it drives under one carrier, or all whose contract would be with it. */
export type QuotesOf = { operatorId: AccountId; carrierId: AccountId } | { partyId: AccountId };

/**
 * Moves the quotes of somebody that are on offer, and gives them with their customers. Those for an order that has left have
 * expired. Whoever selects one meanwhile waits, or is waited for: the rows are locked.
 */
export async function moveOpenQuotes(tx: Transaction, of: QuotesOf, transition: Moving<QuoteState>, at: string) {
  const submitted =
    'partyId' in of
      ? [
          ...(await submittedBy(tx, { operatorId: of.partyId })),
          ...(await submittedUnder(tx, { carrierId: of.partyId })),
        ]
      : (await submittedBy(tx, { operatorId: of.operatorId })).filter(({ carrierId }) => carrierId === of.carrierId);
  if (submitted.length === 0) return [];
  const ahead = await ordersAhead(tx, { orderIds: submitted.map(({ orderId }) => orderId), now: at });
  const customers = new Map(ahead.map(({ id, customerId }) => [id, customerId]));
  const open = submitted.flatMap((quote) => {
    const customerId = customers.get(quote.orderId);
    return customerId === undefined ? [] : [{ ...quote, customerId }];
  });
  await moveSubmittedQuotes(
    tx,
    open.map(({ id }) => id),
    transition,
    at,
  );
  return open;
}
