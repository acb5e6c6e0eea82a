import type { RoomId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { ownMessageIds } from './own-message-ids.ts';
import { messageParams, toMessage } from './room-schema.ts';
import type { Message } from './room-schema.ts';

/**
 * Removes the text of an own message within 15 minutes, or, for an admin, of any message at any time. Its place in the log
 * stays; the text is gone from the database. Problems as of `editMessage`.
 */
export async function deleteMessage(
  ports: Pick<Ports, 'messages'>,
  { accountId, role }: Pick<Principal, 'accountId' | 'role'>,
  { room, id, seq }: { room: RoomId; id: string; seq: number },
): Promise<{ message: Message }> {
  const { message } = await ports.messages.append(room, {
    senderId: accountId,
    clientId: id,
    kind: 'deletion',
    body: '',
    targetSeq: seq,
    needsMembership: role !== 'admin',
  });
  return { message: toMessage(message) };
}

export const deleteMessageEndpoint = endpoint({
  name: 'deleteMessage',
  access: 'account',
  budget: 0,
  problems: ['not_found', 'message_not_found', 'message_not_changeable', 'unavailable'],
  method: 'delete',
  path: '/v1/rooms/{roomId}/messages/{seq}',
  tags: ['rooms'],
  summary: 'Delete my message within 15 minutes; an admin any',
  request: { params: messageParams },
  answers: { 204: { description: 'The text is gone' } },
  handle: async ({ ports, actor, params: { roomId, seq } }) => {
    await deleteMessage(ports, actor, { room: roomId, seq, id: ownMessageIds.deletion(seq) });
  },
});
