import type { ClientFrame, ServerFrame } from '../../functions/chat/frames.ts';

type Reply = ServerFrame['type'];

/** Of each frame of a client: what it is for, what answers it, and one that could be sent. Types miss no frame. */
export const fromClient: {
  [Type in ClientFrame['type']]: { summary: string; replies: Reply[]; example: Record<string, unknown> };
} = {
  auth: {
    summary: 'The access token: as the first frame, or a new one for the same account before the old one ends.',
    replies: ['ready', 'renewed', 'error'],
    example: { type: 'auth', token: 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl' },
  },
  send: {
    summary:
      'A message: a `body`, `files` of the sender for this room, or both. The same id and content again give the first `ack` again: resend what was not acknowledged.',
    replies: ['ack', 'error'],
    example: {
      type: 'send',
      id: '4f1c2a',
      room: '019ab0de-0000-7000-8000-000000000001',
      body: '몇 시에 도착하세요?',
    },
  },
  edit: {
    summary: 'Changes the text of an own message, within 15 minutes.',
    replies: ['ack', 'error'],
    example: {
      type: 'edit',
      id: '4f1c2b',
      room: '019ab0de-0000-7000-8000-000000000001',
      seq: 41,
      body: '몇 시에 오세요?',
    },
  },
  delete: {
    summary: 'Removes the text of an own message within 15 minutes; an admin any, at any time.',
    replies: ['ack', 'error'],
    example: { type: 'delete', id: '4f1c2c', room: '019ab0de-0000-7000-8000-000000000001', seq: 41 },
  },
  read: {
    summary: 'Read up to `seq`. The mark moves by this alone, never back, and never beyond the head.',
    replies: ['read', 'error'],
    example: { type: 'read', room: '019ab0de-0000-7000-8000-000000000001', seq: 42 },
  },
  typing: {
    summary: 'Typing now; repeat every few seconds.',
    replies: [],
    example: { type: 'typing', room: '019ab0de-0000-7000-8000-000000000001' },
  },
  sync: {
    summary: 'Delivery begins, or begins anew in the rooms that are named, after these sequences.',
    replies: ['message', 'error'],
    example: { type: 'sync', rooms: { '019ab0de-0000-7000-8000-000000000001': 40 } },
  },
  ping: {
    summary: 'Is the server there? Written letter for letter so, the edge answers without waking up.',
    replies: ['pong'],
    example: { type: 'ping' },
  },
};

const room = '019ab0de-0000-7000-8000-000000000001';
const account = '019ab0de-0000-7000-8000-000000000002';
const epoch = '019ab0de-0000-7000-8000-000000000003';
const at = '2026-11-23T08:00:00.000Z';

/** Of each frame of the server: what it says, and one that could arrive. */
export const fromServer: {
  [Type in ServerFrame['type']]: { summary: string; example: Extract<ServerFrame, { type: Type }> };
} = {
  ready: {
    summary:
      'Authenticated. By room: the newest sequence, and how far the account has read; `epoch` names the past that the logs have.',
    example: { type: 'ready', account, epoch, expiresAt: at, rooms: [{ id: room, head: 41, read: 40 }] },
  },
  renewed: { summary: 'The new token is taken.', example: { type: 'renewed', expiresAt: at } },
  pong: { summary: 'The server is there.', example: { type: 'pong' } },
  ack: {
    summary: 'Committed, at this place in the log: it will not be lost.',
    example: { type: 'ack', id: '4f1c2a', room, seq: 42, at },
  },
  message: {
    summary: "An entry of the room's log. They arrive in the order of `seq`, without a gap.",
    example: { type: 'message', room, seq: 42, id: '4f1c2a', from: account, kind: 'text', body: '네, 7시입니다.', at },
  },
  read: { summary: 'A member has read up to here.', example: { type: 'read', room, account, seq: 42 } },
  typing: { summary: 'A member is typing; show it for a few seconds.', example: { type: 'typing', room, account } },
  presence: {
    summary: "A member's first connection opened, or its last one closed.",
    example: { type: 'presence', room, account, online: false, lastSeenAt: at },
  },
  joined: {
    summary: 'The account belongs to a new room; its messages follow from the first.',
    example: { type: 'joined', room, head: 1 },
  },
  event: {
    summary: 'Something happened in the marketplace: a hint to look again over HTTP.',
    example: { type: 'event', event: 'quote_submitted', id: account, at, order: room, quote: account },
  },
  error: {
    summary:
      'A frame was refused; `id` says which. `retryAfter` in seconds. `seq` of `beyond_head` is the head, `reason` of `invalid_body` why.',
    example: { type: 'error', code: 'rate_limited', id: '4f1c2a', room, retryAfter: 1 },
  },
  bye: {
    summary: 'The process stops: connect again after so many milliseconds.',
    example: { type: 'bye', reconnectAfter: 750 },
  },
};
