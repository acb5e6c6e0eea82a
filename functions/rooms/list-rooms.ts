import type { z } from 'zod';
import { listNewestMessages } from '../../db/messages.ts';
import { accountRooms, countUnread, listMembers } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { instant } from '../http/fields.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { roomSchema, toMessage } from './room-schema.ts';
import type { Room } from './room-schema.ts';

/** Where Redis does not answer. */
const unknown = { online: null, lastSeenAt: null };

/**
 * By what never moves, so that pages are complete for whoever reads them all; or by activity, for whoever wants the first ones:
 * a room that rises while pages are read is on none of those to come.
 */
const ownRooms = listQuery({
  name: 'rooms',
  orders: { new: { id: idOf<RoomId>() }, active: { activeAt: instant, id: idOf<RoomId>() } },
});

/** The caller's rooms, the newest first, or the one with the newest message. */
export async function listRooms(
  { db, presence }: Ports,
  { accountId }: Principal,
  query: z.output<typeof ownRooms.schema>,
): Promise<Page<Room>> {
  const { selection, page } = ownRooms.open(query, accountId);
  const { items: shown, nextCursor } = page(await accountRooms.page(db, { accountId }, selection));
  const roomIds = shown.map(({ id }) => id);
  const [members, newest, unread] = await Promise.all([
    listMembers(db, roomIds),
    listNewestMessages(db, roomIds),
    countUnread(db, accountId, shown),
  ]);
  const present = await presence.of(members.map(({ id }) => id));
  const membersByRoom = Map.groupBy(members.entries(), ([, { roomId }]) => roomId);
  const newestByRoom = new Map(newest.map((message) => [message.roomId, message]));
  const items = shown.map((room): Room => {
    const last = newestByRoom.get(room.id);
    return Object.assign(room, {
      unread: unread.get(room.id) ?? 0,
      lastMessage: last ? toMessage(last) : null,
      members: (membersByRoom.get(room.id) ?? []).map(([index, { roomId: _roomId, ...member }]) =>
        Object.assign(member, present[index] ?? unknown),
      ),
    });
  });
  return { items, nextCursor };
}

export const listRoomsEndpoint = endpoint({
  name: 'listRooms',
  access: 'account',
  budget: 5,
  method: 'get',
  path: '/v1/rooms',
  tags: ['rooms'],
  summary: 'My rooms, the newest first; with `sort=active` the most recently active first',
  request: { query: ownRooms.schema },
  answers: { 200: { description: 'A page', body: pageOf(roomSchema) } },
  handle: ({ ports, actor, query }) => listRooms(ports, actor, query),
});
