import { z } from '@hono/zod-openapi';
import type { StoredMessage } from '../../db/messages.ts';
import { accountRoles } from '../../schema/accounts.ts';
import type { RoomId } from '../../schema/ids.ts';
import { messageKinds } from '../../schema/rooms.ts';
import { wholeNumber } from '../http/fields.ts';
import { idOf } from '../http/id.ts';

export const roomIdParam = z.object({ roomId: idOf<RoomId>() });
export const messageParams = roomIdParam.extend({ seq: wholeNumber(1, Number.MAX_SAFE_INTEGER) });

/** A message of a room's log, as it reads now. */
export const messageSchema = z
  .object({
    seq: z.int().openapi({ description: 'Its place in the room: 1, 2, 3 ... without a hole.' }),
    id: z.string().openapi({ description: "The sender's own id of the message." }),
    from: z.uuid().openapi({ description: 'The account that sent it.' }),
    kind: z.enum(messageKinds).openapi({
      description:
        '`edit` and `deletion` are about `target`; the body of a `system` message, and of one with `files`, is a JSON object.',
    }),
    body: z.string().openapi({ description: 'The text as it stands now; empty where it was deleted.' }),
    at: z.string().openapi({ description: 'When it was sent: ISO 8601, UTC.' }),
    target: z.int().optional().openapi({ description: 'The `seq` that an edit or a deletion is about.' }),
    editedAt: z.string().optional(),
    deletedAt: z.string().optional(),
  })
  .openapi('Message');

export type Message = z.infer<typeof messageSchema>;

/** A message as it leaves the product, over HTTP and in frames; what does not apply is left out. */
export const toMessage = (message: StoredMessage): Message => ({
  seq: message.seq,
  id: message.clientId,
  from: message.senderId,
  kind: message.kind,
  body: message.body,
  at: message.sentAt,
  ...(message.targetSeq !== null && { target: message.targetSeq }),
  ...(message.editedAt !== null && { editedAt: message.editedAt }),
  ...(message.deletedAt !== null && { deletedAt: message.deletedAt }),
});

/** A room as one of its members sees it. */
export const roomSchema = z
  .object({
    id: z.uuid(),
    orderId: z.uuid().nullable(),
    createdAt: z.string(),
    activeAt: z.string().openapi({
      description:
        'When it last had something new to read, to the second (an edit or a deletion is not); `sort=active` sorts by it.',
    }),
    head: z.int().openapi({ description: 'The sequence of its newest message; 0 before the first.' }),
    read: z.int().openapi({ description: 'How far the caller has read; moved by reading alone, never by writing.' }),
    unread: z.int().openapi({
      description: 'Texts and files of others beyond `read` that still stand, among the newest 1,000 entries.',
    }),
    muted: z.boolean().openapi({ description: 'The caller wants no notice of this room.' }),
    lastMessage: messageSchema.nullable(),
    members: z.array(
      z.object({
        id: z.uuid(),
        displayName: z.string(),
        role: z.enum(accountRoles),
        read: z.int().openapi({ description: 'How far this member has read.' }),
        online: z
          .boolean()
          .nullable()
          .openapi({ description: 'Connected to the chat now; null where nobody can tell at the moment.' }),
        lastSeenAt: z
          .string()
          .nullable()
          .openapi({ description: 'When its last connection closed, if within 30 days.' }),
      }),
    ),
  })
  .openapi('Room');

export type Room = z.infer<typeof roomSchema>;
