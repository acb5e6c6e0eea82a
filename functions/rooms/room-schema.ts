import { z } from '@hono/zod-openapi';
import { accountRoles } from '../../schema/accounts.ts';
import type { StoredMessage } from '../../db/messages.ts';

export const roomIdParam = z.object({ roomId: z.uuid() });

/** A message of a room's log. */
export const messageSchema = z
  .object({
    seq: z.int().openapi({ description: 'Its place in the room: 1, 2, 3 ... without a hole.' }),
    id: z.string().openapi({ description: "The sender's own id of the message." }),
    from: z.uuid().openapi({ description: 'The account that sent it.' }),
    body: z.string(),
    at: z.string().openapi({ description: 'When it was sent: ISO 8601, UTC.' }),
  })
  .openapi('Message');

export type Message = z.infer<typeof messageSchema>;

export const toMessage = ({ seq, clientId, senderId, body, sentAt }: StoredMessage): Message => ({
  seq,
  id: clientId,
  from: senderId,
  body,
  at: sentAt,
});

/** A room as one of its members sees it. */
export const roomSchema = z
  .object({
    id: z.uuid(),
    orderId: z.uuid().nullable(),
    createdAt: z.string(),
    activeAt: z
      .string()
      .openapi({ description: 'When it last had a message, to the second; the list is sorted by it.' }),
    head: z.int().openapi({ description: 'The sequence of its newest message; 0 before the first.' }),
    read: z.int().openapi({ description: 'How far the caller has read.' }),
    unread: z.int(),
    lastMessage: messageSchema.nullable(),
    members: z.array(
      z.object({
        id: z.uuid(),
        displayName: z.string(),
        role: z.enum(accountRoles),
        read: z.int().openapi({ description: 'How far this member has read.' }),
      }),
    ),
  })
  .openapi('Room');

export type Room = z.infer<typeof roomSchema>;
