import { z } from '@hono/zod-openapi';
import { listMessagesAfter, listMessagesBefore } from '../../db/messages.ts';
import { findMembership } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { messageSchema, roomIdParam, toMessage } from './room-schema.ts';
import type { Message } from './room-schema.ts';

const messagesQuery = pageQuery.extend({
  after: z.coerce.number().int().min(0).optional().openapi({
    description: 'Oldest first from the message after this sequence, as one who was away reads on.',
  }),
});

type MessagesQuery = z.infer<typeof messagesQuery>;

/** A room's messages, newest first; or oldest first after a sequence. Problem: `not_found` to who is no member. */
export async function listMessages(
  { db }: Ports,
  { accountId }: Principal,
  roomId: RoomId,
  { limit, cursor, after }: MessagesQuery,
): Promise<Page<Message>> {
  const from = decodeCursor(cursor, z.int().min(0));
  if (!(await findMembership(db, roomId, accountId))) throw new Problem('not_found');
  const rows =
    after === undefined
      ? await listMessagesBefore(db, { roomId, ...(from !== undefined && { before: from }), limit: limit + 1 })
      : await listMessagesAfter(db, { roomId, after: from ?? after, limit: limit + 1 });
  const page = toPage(rows, limit, ({ seq }) => seq);
  return { items: page.items.map(toMessage), nextCursor: page.nextCursor };
}

export const listMessagesEndpoint = endpoint({
  name: 'listMessages',
  access: 'account',
  budget: 2,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/rooms/{roomId}/messages',
  tags: ['rooms'],
  summary: 'The messages of a room, newest first',
  request: { params: roomIdParam, query: messagesQuery },
  answers: { 200: { description: 'A page', body: pageOf(messageSchema) } },
  handle: ({ ports, actor, params, query }) => listMessages(ports, actor, params.roomId, query),
});
