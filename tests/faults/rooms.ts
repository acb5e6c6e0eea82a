import type { Api } from './api.ts';

/** A room, as `GET /v1/rooms` shows it to one of its members. */
export interface ShownRoom {
  id: string;
  head: number;
  read: number;
  unread: number;
  members: { id: string; online: boolean; read: number }[];
}

/** All rooms of whoever has this token; undefined where an answer is missing. */
export async function listRooms(api: Api, token: string): Promise<ShownRoom[] | undefined> {
  const rooms: ShownRoom[] = [];
  for (let cursor: unknown = ''; typeof cursor === 'string';) {
    const answer = await api.ask('GET', `/v1/rooms?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, {
      token,
    });
    if (answer?.status !== 200) return undefined;
    rooms.push(...(answer.body['items'] as ShownRoom[]));
    cursor = answer.body['nextCursor'];
  }
  return rooms;
}
