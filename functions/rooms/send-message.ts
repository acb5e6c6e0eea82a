import { z } from '@hono/zod-openapi';
import type { RoomId } from '../../schema/ids.ts';
import { clientMessageId, messageBody } from '../chat/frames.ts';
import type { App } from '../http/app-type.ts';
import { endpoint } from '../http/endpoint.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { messageSchema, roomIdParam, toMessage } from './room-schema.ts';
import type { Message } from './room-schema.ts';

/**
 * Sends a message to a room, over HTTP or a socket. `id` is the sender's own: the same id and body again give the message
 * that stands already, with `appended: false`. Problems: `not_found`, `message_conflict`, `unavailable`.
 */
export async function sendMessage(
  ports: Pick<Ports, 'messages'>,
  { accountId }: Pick<Principal, 'accountId'>,
  { room, id, body }: { room: RoomId; id: string; body: string },
): Promise<{ message: Message; appended: boolean }> {
  const { message, appended } = await ports.messages.append(room, {
    senderId: accountId,
    clientId: id,
    kind: 'text',
    body,
    targetSeq: null,
    needsMembership: true,
  });
  return { message: toMessage(message), appended };
}

const messageInput = z
  .strictObject({
    id: clientMessageId.openapi({
      description: 'Your own id of the message, unique in the room; resend with the same.',
    }),
    body: messageBody.openapi({ example: '안녕하세요, 출발 시간 문의드립니다.' }),
  })
  .openapi('MessageInput');

const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: messageSchema } },
});

export const sendMessageRoute = endpoint(
  // Messages of a room share their transactions, which therefore belong to no single request.
  { access: 'account', budget: 0, problems: ['not_found', 'message_conflict', 'unavailable'] },
  {
    method: 'post',
    path: '/v1/rooms/{roomId}/messages',
    tags: ['rooms'],
    summary: 'Send a message',
    request: {
      params: roomIdParam,
      body: { required: true, content: { 'application/json': { schema: messageInput } } },
    },
    responses: { 200: answer('The message was there already'), 201: answer('The message, in the log') },
  },
);

export function mountSendMessage(app: App): void {
  app.openapi(sendMessageRoute, async (c) => {
    const room = c.req.valid('param').roomId as RoomId;
    const { message, appended } = await sendMessage(c.var.ports, c.var.principal, { room, ...c.req.valid('json') });
    return c.json(message, appended ? 201 : 200);
  });
}
