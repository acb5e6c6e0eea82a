import { z } from '@hono/zod-openapi';
import { countUnread, moveReadMark } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import { encodeEphemeral } from '../events/room-hints.ts';
import { roomTopic } from '../events/topics.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { expectWriter } from './expect-writer.ts';
import { roomIdParam } from './room-schema.ts';

/**
 * Marks a room as read up to `seq`, and tells the room. The mark never goes back, and never beyond the newest message;
 * the answer is where it stands, and the room's head. Problems: `account_suspended`, `not_found`.
 */
export async function markRead(
  { db, bus }: Pick<Ports, 'db' | 'bus'>,
  { accountId }: Pick<Principal, 'accountId'>,
  { room, seq }: { room: RoomId; seq: number },
): Promise<{ id: RoomId; read: number; head: number }> {
  const found = expectWriter(await moveReadMark(db, room, accountId, seq));
  const frame = { type: 'read', room, account: accountId, seq: found.read } as const;
  void bus.publish(roomTopic(room), encodeEphemeral(frame));
  return found;
}

const readMark = z.strictObject({ seq: z.int().min(0) }).openapi('ReadMark');
const readState = z.object({ read: z.int(), unread: z.int() }).openapi('ReadState');

export const markReadEndpoint = endpoint({
  name: 'markRead',
  access: 'account',
  budget: 4,
  problems: ['not_found'],
  method: 'put',
  path: '/v1/rooms/{roomId}/read',
  tags: ['rooms'],
  summary: 'Mark a room as read up to a message',
  request: { params: roomIdParam, body: json(readMark) },
  answers: { 200: { description: 'The mark', body: readState } },
  handle: async ({ ports, actor, params: { roomId }, body }) => {
    const mark = await markRead(ports, actor, { room: roomId, seq: body.seq });
    const unread = await countUnread(ports.db, actor.accountId, [mark]);
    return { read: mark.read, unread: unread.get(roomId) ?? 0 };
  },
});
