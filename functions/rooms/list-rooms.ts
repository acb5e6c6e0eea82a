import { z } from 'zod';
import { listNewestMessages } from '../../db/messages.ts';
import { countUnread, listMembers, listRooms as readRooms } from '../../db/rooms.ts';
import type { RoomsCursor } from '../../db/rooms.ts';
import { endpoint } from '../http/endpoint.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page, PageQuery } from '../http/paging.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { roomSchema, toMessage } from './room-schema.ts';
import type { Room } from './room-schema.ts';

const away = { online: false, lastSeenAt: null };

const cursorKey = z.object({ activeAt: z.iso.datetime({ precision: 3 }), roomId: z.uuid() });

/** The caller's rooms, the one with the newest message first. */
export async function listRooms(
  { db, presence }: Ports,
  { accountId }: Principal,
  query: PageQuery,
): Promise<Page<Room>> {
  const after = decodeCursor(query.cursor, cursorKey) as RoomsCursor | undefined;
  const page = toPage(await readRooms(db, accountId, after, query.limit + 1), query.limit, (row) => ({
    activeAt: row.activeAt,
    roomId: row.id,
  }));
  const roomIds = page.items.map(({ id }) => id);
  const [members, newest, unread] = await Promise.all([
    listMembers(db, roomIds),
    listNewestMessages(db, roomIds),
    countUnread(db, accountId, page.items),
  ]);
  const present = await presence.of(members.map(({ id }) => id));
  const membersByRoom = Map.groupBy(members.entries(), ([, { roomId }]) => roomId);
  const newestByRoom = new Map(newest.map((message) => [message.roomId, message]));
  const items = page.items.map((room): Room => {
    const last = newestByRoom.get(room.id);
    return {
      ...room,
      unread: unread.get(room.id) ?? 0,
      lastMessage: last ? toMessage(last) : null,
      members: (membersByRoom.get(room.id) ?? []).map(([index, { roomId: _roomId, ...member }]) =>
        Object.assign(member, present[index] ?? away),
      ),
    };
  });
  return { items, nextCursor: page.nextCursor };
}

export const listRoomsEndpoint = endpoint({
  name: 'listRooms',
  access: 'account',
  budget: 4,
  method: 'get',
  path: '/v1/rooms',
  tags: ['rooms'],
  summary: 'My rooms, the most recently active first',
  request: { query: pageQuery },
  answers: { 200: { description: 'A page', body: pageOf(roomSchema) } },
  handle: ({ ports, actor, query }) => listRooms(ports, actor, query),
});
