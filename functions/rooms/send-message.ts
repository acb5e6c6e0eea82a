import { z } from '@hono/zod-openapi';
import type { FileId, RoomId } from '../../schema/ids.ts';
import { clientMessageId, messageFiles, saysSomething } from '../chat/frames.ts';
import { endpoint, withStatus } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import type { Ports } from '../ports.ts';
import { messageText } from '../text/text-fields.ts';
import type { Principal } from '../identity/principal.ts';
import { messageSchema, roomIdParam, toMessage } from './room-schema.ts';
import type { Message } from './room-schema.ts';

interface Sent {
  room: RoomId;
  id: string;
  body?: string | undefined;
  files?: readonly FileId[] | undefined;
}

/**
 * Sends a message to a room, over HTTP or a socket: a text, or files that the sender has sent for this room, or both. `id` is the
 * sender's own: the same id, body and files again give the message that stands already, with `appended: false`. Problems:
 * `account_suspended`, `not_found`, `file_not_found`, `message_conflict`, `unavailable`.
 */
export async function sendMessage(
  ports: Pick<Ports, 'messages'>,
  { accountId }: Pick<Principal, 'accountId'>,
  { room, id, body = '', files }: Sent,
): Promise<{ message: Message; appended: boolean }> {
  const { message, appended } = await ports.messages.append(room, {
    senderId: accountId,
    clientId: id,
    ...(files ? withFiles(body, files) : { kind: 'text', body }),
    targetSeq: null,
    needsMembership: true,
  });
  return { message: toMessage(message), appended };
}

/** Its body is made of the files where it is committed: nothing is looked up before, so that no message passes another. */
const withFiles = (body: string, fileIds: readonly FileId[]) =>
  ({
    kind: 'files',
    body: JSON.stringify([body, ...fileIds]),
    attachments: { text: body === '' ? undefined : body, fileIds },
  }) as const;

const messageInput = z
  .strictObject({
    id: clientMessageId.meta({
      description: 'Your own id of the message, unique in the room; resend with the same.',
    }),
    body: messageText
      .optional()
      .meta({ example: '안녕하세요, 출발 시간 문의드립니다.', description: 'Needed where there are no files.' }),
    files: messageFiles
      .optional()
      .meta({ description: 'My files of the purpose `chat`, sent for this room; each once.' }),
  })
  .refine(saysSomething, { path: ['body'], params: { rule: 'blank' } })
  .openapi('MessageInput');

export const sendMessageEndpoint = endpoint({
  name: 'sendMessage',
  access: 'account',
  // Messages of a room share their transactions, which therefore belong to no single request.
  budget: 0,
  problems: ['not_found', 'file_not_found', 'message_conflict', 'unavailable'],
  method: 'post',
  path: '/v1/rooms/{roomId}/messages',
  tags: ['rooms'],
  summary: 'Send a message, with files or without',
  request: { params: roomIdParam, body: json(messageInput) },
  answers: {
    200: { description: 'The message was there already', body: messageSchema },
    201: { description: 'The message, in the log', body: messageSchema },
  },
  handle: async ({ ports, actor, params, body }) => {
    const { message, appended } = await sendMessage(ports, actor, { room: params.roomId, ...body });
    return withStatus(appended ? 201 : 200, message);
  },
});
