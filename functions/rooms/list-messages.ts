import { z } from '@hono/zod-openapi';
import { listMessagesAfter, listMessagesBefore } from '../../db/messages.ts';
import { findMembership } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { wholeNumber } from '../http/fields.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { messageSchema, roomIdParam, toMessage } from './room-schema.ts';
import type { Message } from './room-schema.ts';

const messages = listQuery({
  name: 'messages',
  filters: {
    after: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional().openapi({
      description: 'Oldest first from the message after this sequence, as one who was away reads on.',
    }),
  },
  orders: { log: { seq: z.int().min(0) } },
});

/** A room's messages, newest first; or oldest first after a sequence. Problem: `not_found` to who is no member. */
export async function listMessages(
  { db }: Ports,
  { accountId }: Principal,
  roomId: RoomId,
  query: z.output<typeof messages.schema>,
): Promise<Page<Message>> {
  const { selection, page } = messages.open(query, accountId, roomId);
  const { limit, after: from, filters } = selection;
  if (!(await findMembership(db, roomId, accountId))) throw new Problem('not_found');
  const rows =
    filters.after === undefined
      ? await listMessagesBefore(db, { roomId, ...(from && { before: from.seq }), limit })
      : await listMessagesAfter(db, { roomId, after: from?.seq ?? filters.after, limit });
  const { items, nextCursor } = page(rows);
  return { items: items.map(toMessage), nextCursor };
}

export const listMessagesEndpoint = endpoint({
  name: 'listMessages',
  access: 'account',
  budget: 3,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/rooms/{roomId}/messages',
  tags: ['rooms'],
  summary: 'The messages of a room, newest first',
  request: { params: roomIdParam, query: messages.schema },
  answers: { 200: { description: 'A page', body: pageOf(messageSchema) } },
  handle: ({ ports, actor, params, query }) => listMessages(ports, actor, params.roomId, query),
});
