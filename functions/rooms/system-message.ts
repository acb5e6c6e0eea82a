import { appendMessages } from '../../db/append-messages.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { StoredMessage } from '../../db/messages.ts';
import type { AccountId, OrderId, QuoteId, RoomId } from '../../schema/ids.ts';
import { encodeMessages } from '../events/room-hints.ts';
import { roomTopic } from '../events/topics.ts';
import type { Ports } from '../ports.ts';

/** What became of a room's order: the body of a system message, as JSON. Later states join here. */
export type SystemEvent = { event: 'quote_selected'; order: OrderId; quote: QuoteId };

/**
 * Writes into a room's log what became of its order, inside the verb's own transaction: the log and the order never
 * disagree. Hand the result to `announceSystemMessage` after the commit.
 */
export async function appendSystemMessage(
  tx: Transaction,
  roomId: RoomId,
  actorId: AccountId,
  event: SystemEvent,
  at: string,
): Promise<StoredMessage> {
  const [outcome] = await appendMessages(
    tx,
    roomId,
    [
      {
        senderId: actorId,
        // No client can use this id: theirs have no space.
        clientId: `system ${event.event}`,
        kind: 'system',
        body: JSON.stringify(event),
        targetSeq: null,
        needsMembership: false,
      },
    ],
    at,
  );
  if (outcome?.kind !== 'appended') throw new Error(`the system message ${event.event} was not appended`);
  return outcome.message;
}

export async function announceSystemMessage(
  { bus }: Pick<Ports, 'bus'>,
  roomId: RoomId,
  message: StoredMessage,
): Promise<void> {
  await bus.publish(roomTopic(roomId), encodeMessages(roomId, [message]));
}
