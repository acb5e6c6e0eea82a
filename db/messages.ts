import { aliasedTable, and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type { AccountId, RoomId } from '../schema/ids.ts';
import { messages, rooms } from '../schema/rooms.ts';
import type { messageKinds } from '../schema/rooms.ts';
import type { Sql } from './engine/client.ts';
import { listOf, number, statement } from './engine/statement.ts';

export type MessageKind = (typeof messageKinds)[number];

/** A row of a room's log, as it reads now. */
export interface StoredMessage {
  seq: number;
  senderId: AccountId;
  clientId: string;
  kind: MessageKind;
  /** The text as it stands now; empty where it was deleted. Of an `edit`, the text of its target. */
  body: string;
  /** The message that an `edit` or a `deletion` is about. */
  targetSeq: number | null;
  sentAt: string;
  editedAt: string | null;
  deletedAt: string | null;
}

const target = aliasedTable(messages, 'target');

const shown = {
  seq: messages.seq,
  senderId: messages.senderId,
  clientId: messages.clientId,
  kind: messages.kind,
  body: sql<string>`ifnull(${target.body}, ${messages.body})`.as('current_body'),
  targetSeq: messages.targetSeq,
  sentAt: messages.sentAt,
  editedAt: messages.editedAt,
  deletedAt: messages.deletedAt,
};

const withTarget = and(eq(target.roomId, messages.roomId), eq(target.seq, messages.targetSeq));

const messagesAfter = statement(
  { roomId: messages.roomId, after: messages.seq, before: messages.seq, limit: number },
  (qb, { roomId, after, before, limit }) =>
    qb
      .select(shown)
      .from(messages)
      .leftJoin(target, withTarget)
      .where(and(eq(messages.roomId, roomId), gt(messages.seq, after), lt(messages.seq, before)))
      .orderBy(asc(messages.seq))
      .limit(limit),
);

const messagesBefore = statement(
  { roomId: messages.roomId, before: messages.seq, limit: number },
  (qb, { roomId, before, limit }) =>
    qb
      .select(shown)
      .from(messages)
      .leftJoin(target, withTarget)
      .where(and(eq(messages.roomId, roomId), lt(messages.seq, before)))
      .orderBy(desc(messages.seq))
      .limit(limit),
);

/** The messages with `after < seq < before`, oldest first. */
export async function listMessagesAfter(
  db: Sql,
  range: { roomId: RoomId; after: number; before?: number; limit: number },
): Promise<StoredMessage[]> {
  return messagesAfter(db, { before: Number.MAX_SAFE_INTEGER, ...range });
}

/** The messages with `seq < before`, newest first. */
export async function listMessagesBefore(
  db: Sql,
  range: { roomId: RoomId; before?: number; limit: number },
): Promise<StoredMessage[]> {
  return messagesBefore(db, { before: Number.MAX_SAFE_INTEGER, ...range });
}

const newestOfRooms = statement({ roomIds: listOf(rooms.id) }, (qb, { roomIds }) =>
  qb
    .select({ roomId: messages.roomId, ...shown })
    .from(rooms)
    .innerJoin(messages, and(eq(messages.roomId, rooms.id), eq(messages.seq, rooms.lastSeq)))
    .leftJoin(target, withTarget)
    .where(sql`${rooms.id} in ${roomIds}`),
);

/** The newest message of each of these rooms, in one statement; a room without a message has none. */
export async function listNewestMessages(db: Sql, roomIds: RoomId[]): Promise<(StoredMessage & { roomId: RoomId })[]> {
  return roomIds.length === 0 ? [] : newestOfRooms(db, { roomIds });
}
