import { z } from '@hono/zod-openapi';
import { setMuted } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { expectWriter } from './expect-writer.ts';
import { roomIdParam } from './room-schema.ts';

/**
 * Says whether the caller wants notice of a room. Messages arrive all the same; clients and notifications look at it.
 * Problems: `account_suspended`, `not_found`.
 */
export async function muteRoom(
  { db }: Pick<Ports, 'db'>,
  { accountId }: Pick<Principal, 'accountId'>,
  { room, muted }: { room: RoomId; muted: boolean },
): Promise<void> {
  expectWriter(await setMuted(db, room, accountId, muted));
}

const mute = z.strictObject({ muted: z.boolean() }).openapi('Mute');

export const muteRoomEndpoint = endpoint({
  name: 'muteRoom',
  access: 'account',
  budget: 2,
  problems: ['not_found'],
  method: 'put',
  path: '/v1/rooms/{roomId}/mute',
  tags: ['rooms'],
  summary: 'Mute a room for me, or not',
  request: { params: roomIdParam, body: json(mute) },
  answers: { 204: { description: 'It is so' } },
  handle: ({ ports, actor, params, body }) => muteRoom(ports, actor, { room: params.roomId, muted: body.muted }),
});
