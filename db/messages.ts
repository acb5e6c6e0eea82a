import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm';
import type { AccountId, RoomId } from '../schema/ids.ts';
import { messages, roomMembers, rooms } from '../schema/rooms.ts';
import type { Database } from './client.ts';
import { given, givenList, givenNumber, statement } from './statement.ts';

export interface NewMessage {
  senderId: AccountId;
  clientId: string;
  body: string;
}

export interface StoredMessage extends NewMessage {
  seq: number;
  sentAt: string;
}

/** What became of one message of a batch, in the batch's order. */
export type AppendOutcome =
  | { kind: 'appended'; message: StoredMessage }
  /** The same sender sent the same id with the same body before: this is where it stands. */
  | { kind: 'known'; message: StoredMessage }
  | { kind: 'conflict' }
  | { kind: 'not_member' };

/**
 * Adds a batch to a room's log, in its order, without a hole. Inside a transaction: the lock on the room's row makes
 * commit order the order of sequences, and the check of membership hold until the commit.
 */
export async function appendMessages(
  tx: Database,
  roomId: RoomId,
  batch: NewMessage[],
  sentAt: string,
): Promise<AppendOutcome[]> {
  const senderIds = [...new Set(batch.map(({ senderId }) => senderId))];
  const locked = await lockRoom(tx, { roomId, senderIds });
  const head = locked[0]?.lastSeq ?? 0;
  const members = new Set(locked.map(({ accountId }) => accountId));
  const known = await findKnown(tx, roomId, batch);

  const fresh: StoredMessage[] = [];
  const outcomes = batch.map((message): AppendOutcome => {
    if (!members.has(message.senderId)) return { kind: 'not_member' };
    const key = keyOf(message);
    const earlier = known.get(key);
    if (earlier) return earlier.body === message.body ? { kind: 'known', message: earlier } : { kind: 'conflict' };
    const stored = { ...message, seq: head + fresh.length + 1, sentAt };
    fresh.push(stored);
    known.set(key, stored);
    return { kind: 'appended', message: stored };
  });

  if (fresh.length > 0) {
    await tx.insert(messages).values(fresh.map((message) => ({ ...message, roomId })));
    await moveHead(tx, roomId, fresh, sentAt);
  }
  return outcomes;
}

const keyOf = ({ senderId, clientId }: { senderId: string; clientId: string }): string => `${senderId} ${clientId}`;

const lockRoom = statement((qb) =>
  qb
    .select({ lastSeq: rooms.lastSeq, accountId: roomMembers.accountId })
    .from(rooms)
    .innerJoin(roomMembers, eq(roomMembers.roomId, rooms.id))
    .where(and(eq(rooms.id, given(rooms.id, 'roomId')), sql`${roomMembers.accountId} in ${givenList('senderIds')}`))
    .for('update'),
);

/** Which of a batch are in the log already: one range of the unique index for each. */
async function findKnown(tx: Database, roomId: RoomId, batch: NewMessage[]): Promise<Map<string, StoredMessage>> {
  const keys = batch.map(({ senderId, clientId }) => [senderId, clientId]);
  const rows = await knownMessages(tx, { roomId, keys });
  return new Map(rows.map((row) => [keyOf(row), row]));
}

const shown = {
  seq: messages.seq,
  senderId: messages.senderId,
  clientId: messages.clientId,
  body: messages.body,
  sentAt: messages.sentAt,
};

const knownMessages = statement((qb) =>
  qb
    .select(shown)
    .from(messages)
    .where(
      and(
        eq(messages.roomId, given(messages.roomId, 'roomId')),
        sql`(${messages.senderId}, ${messages.clientId}) in ${givenList('keys')}`,
      ),
    ),
);

/** How exactly `activeAt` follows the newest message, in milliseconds. */
const activityGrain = 1_000;

/**
 * Moves the room's head; what a sender wrote it has read; and the room rises in its members' lists, at most once a
 * second, so that a busy room of many does not write a row a member for each message.
 */
async function moveHead(tx: Database, roomId: RoomId, fresh: StoredMessage[], sentAt: string): Promise<void> {
  const newest = new Map(fresh.map(({ senderId, seq }) => [senderId, seq]));
  const senders = sql.join(
    [...newest.keys()].map((id) => sql`${id}`),
    sql`, `,
  );
  const seqs = sql.join(
    [...newest.values()].map((seq) => sql`${seq}`),
    sql`, `,
  );
  const stale = new Date(Date.parse(sentAt) - activityGrain).toISOString();
  await tx.execute(sql`
    update ${rooms} inner join ${roomMembers} on ${roomMembers.roomId} = ${rooms.id}
    set ${rooms.lastSeq} = ${fresh.at(-1)?.seq},
      ${roomMembers.activeAt} = ${sql.param(sentAt, roomMembers.activeAt)},
      ${roomMembers.readSeq} =
        greatest(${roomMembers.readSeq}, ifnull(elt(field(${roomMembers.accountId}, ${senders}), ${seqs}), 0) + 0)
    where ${rooms.id} = ${roomId}
      and (${roomMembers.accountId} in (${senders}) or ${roomMembers.activeAt} < ${sql.param(stale, roomMembers.activeAt)})`);
}

const messagesAfter = statement((qb) =>
  qb
    .select(shown)
    .from(messages)
    .where(
      and(
        eq(messages.roomId, given(messages.roomId, 'roomId')),
        gt(messages.seq, given(messages.seq, 'after')),
        lt(messages.seq, given(messages.seq, 'before')),
      ),
    )
    .orderBy(asc(messages.seq))
    .limit(givenNumber('limit')),
);

const messagesBefore = statement((qb) =>
  qb
    .select(shown)
    .from(messages)
    .where(and(eq(messages.roomId, given(messages.roomId, 'roomId')), lt(messages.seq, given(messages.seq, 'before'))))
    .orderBy(desc(messages.seq))
    .limit(givenNumber('limit')),
);

/** The messages with `after < seq < before`, oldest first. */
export async function listMessagesAfter(
  db: Database,
  range: { roomId: RoomId; after: number; before?: number; limit: number },
): Promise<StoredMessage[]> {
  return messagesAfter(db, { before: Number.MAX_SAFE_INTEGER, ...range });
}

/** The messages with `seq < before`, newest first. */
export async function listMessagesBefore(
  db: Database,
  range: { roomId: RoomId; before?: number; limit: number },
): Promise<StoredMessage[]> {
  return messagesBefore(db, { before: Number.MAX_SAFE_INTEGER, ...range });
}
