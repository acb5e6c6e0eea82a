import { z } from '@hono/zod-openapi';
import { moveOrder } from '../../db/orders.ts';
import { declineOthers, findQuote, moveQuote } from '../../db/quotes.ts';
import { findRoomOfOrder, insertRoom } from '../../db/rooms.ts';
import type { AccountId, OrderId, QuoteId, RoomId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import { orderSchema } from '../orders/order-schema.ts';
import { showOrder } from '../orders/show-order.ts';
import type { Ports } from '../ports.ts';
import { quoteIdParam, quoteSchema } from './quote-schema.ts';
import { showQuote } from './show-quote.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Recorder } from '../changes/recorder.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { change } from '../changes/change.ts';
import { holdAccount } from '../../db/accounts.ts';

import { orderTransitions } from '../orders/order-transitions.ts';
import { quoteTransitions } from './quote-transitions.ts';
import { completeStep, recordSteps } from '../changes/transition.ts';

const selectionSchema = z
  .object({ order: orderSchema, quote: quoteSchema, room: z.object({ id: z.uuid() }) })
  .openapi('Selection');

type Selection = z.infer<typeof selectionSchema>;

/**
 * Takes one quote for the customer's order: the order is selected, its other quotes are declined, and customer and
 * operator get a room to talk in, all or nothing. Everyone concerned is told. Selecting the same quote again gives what stands.
 * Problems: `not_found`, `order_not_open`, `quote_not_submitted`.
 */
export async function selectQuote(ports: Ports, actor: AccountActor, quoteId: QuoteId): Promise<Selection> {
  const found = await findQuote(ports.db, quoteId, toInstant(ports.clock.now()));
  const { roomId, orderId } = await change(ports, actor, async (tx, record) => {
    if (found?.customerId !== actor.accountId) throw new Problem('not_found');
    const { orderId, operator, carrier } = found.quote;
    // The order first, as a submission does: whoever has its row decides, and no two wait for each other.
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'order', id: orderId },
      transitions: orderTransitions,
      name: 'select',
      moved: await moveOrder(tx, orderId, orderTransitions.select, record.at, { set: { selectedQuoteId: quoteId } }),
      details: { quote: quoteId },
    });
    const sellers = [operator.id, ...(carrier ? [carrier.id] : [])];
    const deal = { orderId, quoteId, customerId: actor.accountId, operatorId: operator.id, sellers };
    const roomId = outcome === 'already' ? await findRoomOfOrder(tx, orderId) : await openDeal(tx, record, deal);
    return { roomId, orderId };
  });
  if (roomId === undefined) throw new Error(`order ${orderId} is selected and has no room`);
  const [order, { quote }] = await Promise.all([showOrder(ports, actor, orderId), showQuote(ports, actor, quoteId)]);
  return { order, quote, room: { id: roomId } };
}

interface Deal {
  orderId: OrderId;
  quoteId: QuoteId;
  customerId: AccountId;
  operatorId: AccountId;
  /** Its operator, and the carrier with which the contract is made. */
  sellers: readonly AccountId[];
}

/** Takes the quote, declines the others, and opens the room. Gives the room. */
async function openDeal(tx: Transaction, record: Recorder, deal: Deal): Promise<RoomId> {
  const { orderId, quoteId, customerId, operatorId, sellers } = deal;
  for (const seller of sellers)
    if ((await holdAccount(tx, seller))?.state !== 'active') throw new Problem('quote_not_submitted');
  const moved = await moveQuote(tx, quoteId, quoteTransitions.select, record.at);
  if (moved !== 'moved') throw new Problem('quote_not_submitted', typeof moved === 'object' ? moved : {});
  const declined = await declineOthers(tx, orderId, quoteId, quoteTransitions.decline, record.at);
  const steps = { kind: 'quote', transitions: quoteTransitions };
  recordSteps(record, { ...steps, name: 'select' }, [quoteId]);
  const declinedIds = declined.map(({ id }) => id);
  recordSteps(record, { ...steps, name: 'decline' }, declinedIds);

  const roomId = record.newId<RoomId>();
  const members = [customerId, operatorId];
  await insertRoom(tx, { id: roomId, orderId, createdAt: record.at }, members);
  const selected = { event: 'quote_selected', order: orderId, quote: quoteId, room: roomId } as const;
  record.joined(members, roomId);
  record.roomMessage(roomId, selected);
  record.event(members, selected);
  for (const { id, operatorId: other } of declined) {
    record.event([other], { event: 'quote_declined', order: orderId, quote: id });
  }
  return roomId;
}

export const selectQuoteEndpoint = endpoint({
  name: 'selectQuote',
  access: 'customer',
  // Of a driver's quote its carrier is held, too.
  budget: 18,
  problems: ['quote_not_submitted'],
  step: orderTransitions.select,
  method: 'post',
  path: '/v1/quotes/{quoteId}/select',
  tags: ['quotes'],
  summary: 'Select a quote for my order; a chat room opens',
  request: { params: quoteIdParam },
  answers: { 200: { description: 'The order and the quote, both selected, and their room', body: selectionSchema } },
  handle: ({ ports, actor, params }) => selectQuote(ports, actor, params.quoteId),
});
