import { z } from '@hono/zod-openapi';
import type { RoomId } from '../../schema/ids.ts';
import { clientMessageId } from '../chat/frames.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import type { Ports } from '../ports.ts';
import { messageText } from '../text/text-fields.ts';
import type { Principal } from '../identity/principal.ts';
import { messageParams, messageSchema, toMessage } from './room-schema.ts';
import type { Message } from './room-schema.ts';

/**
 * Changes the text of an own message, within 15 minutes. The edit is an entry of the log itself, so everyone who follows
 * the log learns of it in its place; `id` makes it idempotent like any message. Problems: `account_suspended`, `not_found` of the room,
 * `message_not_found`, `message_not_changeable`, `message_conflict`, `unavailable`.
 */
export async function editMessage(
  ports: Pick<Ports, 'messages'>,
  { accountId }: Pick<Principal, 'accountId'>,
  { room, id, seq, body }: { room: RoomId; id: string; seq: number; body: string },
): Promise<{ message: Message }> {
  const { message } = await ports.messages.append(room, {
    senderId: accountId,
    clientId: id,
    kind: 'edit',
    body,
    targetSeq: seq,
    needsMembership: true,
  });
  return { message: toMessage({ ...message, body }) };
}

const editInput = z.strictObject({ id: clientMessageId, body: messageText }).openapi('MessageEdit');

export const editMessageEndpoint = endpoint({
  name: 'editMessage',
  access: 'account',
  // As with sending, the transaction is the room's.
  budget: 0,
  problems: ['not_found', 'message_not_found', 'message_not_changeable', 'message_conflict', 'unavailable'],
  method: 'patch',
  path: '/v1/rooms/{roomId}/messages/{seq}',
  tags: ['rooms'],
  summary: 'Change the text of my message, within 15 minutes',
  request: { params: messageParams, body: json(editInput) },
  answers: { 200: { description: 'The entry of the log', body: messageSchema } },
  handle: async ({ ports, actor, params: { roomId, seq }, body }) =>
    (await editMessage(ports, actor, { room: roomId, seq, ...body })).message,
});
