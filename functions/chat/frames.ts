import { z } from 'zod';
import type { FileId, RoomId } from '../../schema/ids.ts';
import { messageKinds } from '../../schema/rooms.ts';
import { eventFrame } from '../events/catalogue.ts';
import { idOf } from '../http/id.ts';
import { messageText } from '../text/text-fields.ts';
import { bodyReasons } from './body-reasons.ts';

const roomId = idOf<RoomId>();
const seq = z.int().min(0);

/** A sender's own name for a message: unique for ever among what it sends to a room. */
export const clientMessageId = z.string().regex(/^[!-~]{1,64}$/u);

/** Files of the sender's that a message carries, by their ids; each is sent once. */
export const messageFiles = z.array(idOf<FileId>()).min(1).max(10);

/** A message has a text, or files, or both. */
export const saysSomething = ({ body, files }: { body?: string | undefined; files?: readonly FileId[] | undefined }) =>
  body !== undefined || files !== undefined;

/** Everything that a client may send. */
export const clientFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auth'), token: z.string().min(1).max(2048) }),
  z
    .strictObject({
      type: z.literal('send'),
      id: clientMessageId,
      room: roomId,
      body: messageText.optional(),
      files: messageFiles.optional(),
    })
    .refine(saysSomething),
  z.strictObject({ type: z.literal('edit'), id: clientMessageId, room: roomId, seq, body: messageText }),
  z.strictObject({ type: z.literal('delete'), id: clientMessageId, room: roomId, seq }),
  z.strictObject({ type: z.literal('read'), room: roomId, seq }),
  z.strictObject({ type: z.literal('typing'), room: roomId }),
  z.strictObject({ type: z.literal('sync'), rooms: z.record(roomId, seq).default({}) }),
  z.strictObject({ type: z.literal('ping') }),
]);

/** What a frame that makes no sense says it is about, as far as that makes sense. */
export const namesInFrame = z
  .object({ id: z.string().max(64).optional().catch(undefined), room: roomId.optional().catch(undefined) })
  .catch({});

/**
 * A client's question whether the server is there, and the answer, letter for letter: written so, a platform may answer in
 * the server's place, and let it sleep.
 */
export const heartbeat = { ping: '{"type":"ping"}', pong: '{"type":"pong"}' } as const;

export type ClientFrame = z.infer<typeof clientFrame>;

/** What went wrong with a frame. `id` is the client's id of the message it concerns. */
export const chatErrorCodes = [
  'malformed',
  'invalid_body',
  'unauthenticated',
  'token_expired',
  'scope_missing',
  'not_found',
  'message_not_found',
  'file_not_found',
  'beyond_head',
  'conflict',
  'not_changeable',
  'rate_limited',
  'too_many_connections',
  'unavailable',
] as const;

export type ChatErrorCode = (typeof chatErrorCodes)[number];

const account = z.string();
const at = z.string();

const room = z.string();

/** Everything that the server sends. */
export const serverFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    account,
    epoch: z.string(),
    expiresAt: at,
    rooms: z.array(z.object({ id: room, head: seq, read: seq })),
  }),
  z.object({ type: z.literal('renewed'), expiresAt: at }),
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('ack'), id: z.string(), room, seq, at }),
  z.object({
    type: z.literal('message'),
    room,
    seq,
    id: z.string(),
    from: account,
    kind: z.enum(messageKinds),
    body: z.string(),
    at,
    target: seq.optional(),
    editedAt: at.optional(),
    deletedAt: at.optional(),
  }),
  z.object({ type: z.literal('read'), room, account, seq }),
  z.object({ type: z.literal('typing'), room, account }),
  z.object({ type: z.literal('presence'), room, account, online: z.boolean(), lastSeenAt: at.optional() }),
  z.object({ type: z.literal('joined'), room, head: seq }),
  eventFrame,
  z.object({
    type: z.literal('error'),
    code: z.enum(chatErrorCodes),
    id: z.string().optional(),
    room: room.optional(),
    seq: seq.optional(),
    reason: z.enum(bodyReasons).optional(),
    retryAfter: z.int().optional(),
  }),
  z.object({ type: z.literal('bye'), reconnectAfter: z.int() }),
]);

export type ServerFrame = z.infer<typeof serverFrame>;
