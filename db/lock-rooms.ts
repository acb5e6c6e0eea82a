import { and, eq, sql } from 'drizzle-orm';
import type { Placeholder, SQL } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId, RoomId } from '../schema/ids.ts';
import { messages, roomMembers, rooms } from '../schema/rooms.ts';
import type { AccountState } from './accounts.ts';
import type { Transaction } from './engine/client.ts';
import { listOf, lockingStatement, text } from './engine/statement.ts';

interface Sent {
  senderId: AccountId;
}

interface Batch {
  roomId: RoomId;
  messages: readonly Sent[];
}

/**
 * The rooms of a transaction with those who send there, each pair once, in an order that is the same for all processes, so that none
 * waits for another in a circle. The senders' accounts are held as they are: one may be held by many rooms at once, and a suspension
 * waits for them.
 */
const pairs = {
  of: (list: Placeholder, senderIds: SQL) => sql`
    json_table(${list}, '$[*]' columns (room char(36) path '$[0]', sender char(36) path '$[1]')) pairs
    straight_join (select ${accounts.id}, ${accounts.state} from ${accounts} force index (primary) where ${accounts.id} in ${senderIds} lock in share mode) senders
      on senders.id = cast(pairs.sender as uuid)`,
  roomId: sql<RoomId>`pairs.room`,
  isOfRoom: sql`${rooms.id} = cast(pairs.room as uuid)`,
  /** Of an empty room nothing is looked for: the gap where its first message goes would be held, of others too. */
  isNewestOfRoom: sql`${messages.roomId} = ${rooms.id} and ${messages.seq} = nullif(${rooms.lastSeq}, 0)`,
  senderId: sql<AccountId>`senders.id`,
  state: sql<AccountState>`senders.state`,
};

/** What is read is held: by a scan of a small table, or by another index of the log, that would be far more than what is meant. */
const primary = { forceIndex: 'PRIMARY' };

const lockRoomsAndSenders = lockingStatement(
  { list: text, senderIds: listOf(accounts.id) },
  (qb, { list, senderIds }) =>
    qb
      .select({
        roomId: pairs.roomId.as('room'),
        senderId: pairs.senderId.as('sender'),
        state: pairs.state.as('sender_state'),
        head: rooms.lastSeq,
        newestAt: messages.sentAt,
        memberId: roomMembers.accountId,
      })
      .from(pairs.of(list, senderIds))
      .leftJoin(rooms, pairs.isOfRoom, primary)
      .leftJoin(messages, pairs.isNewestOfRoom, primary)
      .leftJoin(roomMembers, and(eq(roomMembers.roomId, rooms.id), eq(roomMembers.accountId, pairs.senderId)), primary)
      .for('update'),
);

interface LockedRoom {
  head: number;
  /** The time of its newest message. */
  newestAt: string | null;
  /** Those of the senders who belong to it. */
  members: Set<AccountId>;
}

/** The rooms that are there, and which of the senders are suspended; all hold until the transaction ends. */
export async function lockRooms(tx: Transaction, batches: readonly Batch[]) {
  const list = batches
    .toSorted((one, other) => (one.roomId < other.roomId ? -1 : 1))
    .flatMap(({ roomId, messages: sent }) => [...sendersOf(sent)].map((senderId) => [roomId, senderId]));
  const senderIds = [...sendersOf(batches.flatMap(({ messages: sent }) => sent))];
  const rows = await lockRoomsAndSenders(tx, { list: JSON.stringify(list), senderIds });
  const found = new Map<RoomId, LockedRoom>();
  const suspended = new Set<AccountId>();
  for (const { roomId, senderId, state, head, newestAt, memberId } of rows) {
    if (state === 'suspended') suspended.add(senderId);
    if (head === null) continue;
    let room = found.get(roomId);
    if (room === undefined) found.set(roomId, (room = { head, newestAt, members: new Set() }));
    // An account that is closed belongs to no room any more, as far as it wants to write there.
    if (memberId !== null && state !== 'closed') room.members.add(memberId);
  }
  return { rooms: found, suspended };
}

const sendersOf = (sent: readonly Sent[]): Set<AccountId> => new Set(sent.map(({ senderId }) => senderId));
