import { lockDepartedOrders, moveOrders } from '../../db/orders.ts';
import { moveQuotesOf } from '../../db/quotes.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import type { Recorder } from '../changes/recorder.ts';
import { recordSteps } from '../changes/transition.ts';
import type { Actor } from '../identity/actor.ts';
import { orderTransitions } from '../orders/order-transitions.ts';
import { quoteTransitions } from './quote-transitions.ts';

/** Orders a transaction: small enough that nobody waits for its locks. */
const batch = 100;

/**
 * Writes down which open orders are over because their departure has passed, with the quotes for them, and tells their people.
 * Everyone has read them so since that moment: this comes late, twice, or not at all without harm.
 */
export async function expireOrders(ports: ChangePorts, actor: Actor): Promise<{ orders: number; quotes: number }> {
  const counts = { orders: 0, quotes: 0 };
  for (;;) {
    const done = await change(ports, actor, expireSome);
    counts.orders += done.orders;
    counts.quotes += done.quotes;
    if (done.orders < batch) return counts;
  }
}

async function expireSome(tx: Transaction, record: Recorder): Promise<{ orders: number; quotes: number }> {
  const orders = await lockDepartedOrders(tx, record.at, batch);
  if (orders.length === 0) return { orders: 0, quotes: 0 };
  const ids = orders.map(({ id }) => id);
  await moveOrders(tx, ids, orderTransitions.expire, record.at);
  recordSteps(record, { kind: 'order', transitions: orderTransitions, name: 'expire' }, ids);
  const quotes = await moveQuotesOf(tx, ids, quoteTransitions.expire, record.at);
  const quoteIds = quotes.map(({ id }) => id);
  recordSteps(record, { kind: 'quote', transitions: quoteTransitions, name: 'expire' }, quoteIds);
  const operatorsOf = Map.groupBy(quotes, ({ orderId }) => orderId);
  for (const { id, customerId } of orders) {
    const operatorIds = (operatorsOf.get(id) ?? []).map(({ operatorId }) => operatorId);
    record.event([customerId, ...operatorIds], { event: 'order_expired', order: id });
  }
  return { orders: orders.length, quotes: quotes.length };
}
