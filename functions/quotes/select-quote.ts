import { z } from '@hono/zod-openapi';
import { moveOrderToSelected } from '../../db/orders.ts';
import { decideQuotes, findQuote } from '../../db/quotes.ts';
import { insertRoom } from '../../db/rooms.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { QuoteId, RoomId } from '../../schema/ids.ts';
import { announceEvent, announceJoin } from '../events/announce.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import { orderSchema } from '../orders/order-schema.ts';
import { showOrder } from '../orders/show-order.ts';
import type { Ports } from '../ports.ts';
import { announceSystemMessage, appendSystemMessage } from '../rooms/system-message.ts';
import type { Principal } from '../identity/principal.ts';
import { quoteIdParam, quoteSchema } from './quote-schema.ts';
import { showQuote } from './show-quote.ts';

const selectionSchema = z
  .object({ order: orderSchema, quote: quoteSchema, room: z.object({ id: z.uuid() }) })
  .openapi('Selection');

type Selection = z.infer<typeof selectionSchema>;

/**
 * Takes one quote for the customer's order: the order is selected, its other quotes are declined, and customer and
 * operator get a room to talk in, all or nothing. Then everyone concerned is told. Problems: `not_found`,
 * `order_not_open`, `quote_not_submitted`.
 */
export async function selectQuote(ports: Ports, principal: Principal, quoteId: QuoteId): Promise<Selection> {
  const found = await findQuote(ports.db, quoteId);
  if (found?.customerId !== principal.accountId) throw new Problem('not_found');
  if (!found.operatorActive) throw new Problem('quote_not_submitted');
  const { orderId, operator } = found.quote;
  const at = toInstant(ports.clock.now());
  const roomId = ports.newId<RoomId>();
  const members = [principal.accountId, operator.id];

  const { declined, message } = await transaction(ports.db, async (tx) => {
    // The order first, as a submission does: whoever has its row decides, and no two wait for each other.
    if (!(await moveOrderToSelected(tx, orderId, quoteId, at))) throw new Problem('order_not_open');
    const others = await decideQuotes(tx, orderId, quoteId, at);
    if (!others) throw new Problem('quote_not_submitted');
    await insertRoom(tx, { id: roomId, orderId, createdAt: at }, members);
    const event = { event: 'quote_selected', order: orderId, quote: quoteId } as const;
    return { declined: others, message: await appendSystemMessage(tx, roomId, principal.accountId, event, at) };
  });

  await announceJoin(ports, members, roomId);
  await announceSystemMessage(ports, roomId, message);
  await announceEvent(ports, members, { event: 'quote_selected', order: orderId, quote: quoteId, room: roomId });
  await Promise.all(
    declined.map(({ id, operatorId }) =>
      announceEvent(ports, [operatorId], { event: 'quote_declined', order: orderId, quote: id }),
    ),
  );
  const [order, { quote }] = await Promise.all([
    showOrder(ports, principal, orderId),
    showQuote(ports, principal, quoteId),
  ]);
  return { order, quote, room: { id: roomId } };
}

export const selectQuoteEndpoint = endpoint({
  name: 'selectQuote',
  access: 'customer',
  budget: 16,
  problems: ['not_found', 'order_not_open', 'quote_not_submitted'],
  method: 'post',
  path: '/v1/quotes/{quoteId}/select',
  tags: ['quotes'],
  summary: 'Select a quote for my order; a chat room opens',
  request: { params: quoteIdParam },
  answers: { 200: { description: 'The order and the quote, both selected, and their room', body: selectionSchema } },
  handle: ({ ports, actor, params }) => selectQuote(ports, actor, params.quoteId),
});
