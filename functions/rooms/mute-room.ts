import { z } from '@hono/zod-openapi';
import { setMuted } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import type { App } from '../http/app-type.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { roomIdParam } from './room-schema.ts';

/**
 * Says whether the caller wants notice of a room. Messages arrive all the same; clients and notifications look at it.
 * Problem: `not_found`.
 */
export async function muteRoom(
  { db }: Pick<Ports, 'db'>,
  { accountId }: Pick<Principal, 'accountId'>,
  { room, muted }: { room: RoomId; muted: boolean },
): Promise<void> {
  if (!(await setMuted(db, room, accountId, muted))) throw new Problem('not_found');
}

const mute = z.strictObject({ muted: z.boolean() }).openapi('Mute');

export const muteRoomRoute = endpoint(
  { access: 'account', budget: 1, problems: ['not_found'] },
  {
    method: 'put',
    path: '/v1/rooms/{roomId}/mute',
    tags: ['rooms'],
    summary: 'Mute a room for me, or not',
    request: { params: roomIdParam, body: { required: true, content: { 'application/json': { schema: mute } } } },
    responses: { 204: { description: 'It is so' } },
  },
);

export function mountMuteRoom(app: App): void {
  app.openapi(muteRoomRoute, async (c) => {
    const room = c.req.valid('param').roomId as RoomId;
    await muteRoom(c.var.ports, c.var.principal, { room, ...c.req.valid('json') });
    return c.body(null, 204);
  });
}
