import { and, count, eq, gt, inArray, isNull, ne, notInArray, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId, OrderId, RoomId } from '../schema/ids.ts';
import { messages, roomMembers, rooms } from '../schema/rooms.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { List } from './engine/list.ts';
import { listOf, statement } from './engine/statement.ts';
import { retryDeadlocks } from './engine/transaction.ts';
import { bulkInsert, insertRow } from './engine/write.ts';

const insertMembers = bulkInsert(roomMembers, ['roomId', 'accountId', 'joinedAt', 'activeAt']);

/** Opens a room with its members. */
export async function insertRoom(
  tx: Transaction,
  room: { id: RoomId; orderId: OrderId | null; createdAt: string },
  memberIds: AccountId[],
): Promise<void> {
  await insertRow(tx, rooms, room);
  const { id: roomId, createdAt } = room;
  await insertMembers(
    tx,
    memberIds.map((accountId) => ({ roomId, accountId, joinedAt: createdAt, activeAt: createdAt })),
  );
}

const roomOfOrder = statement({ orderId: rooms.orderId }, (qb, { orderId }) =>
  qb.select({ id: rooms.id }).from(rooms).where(eq(rooms.orderId, orderId)),
);

/** The room of an order, once a quote for it has been selected. */
export async function findRoomOfOrder(db: Sql, orderId: OrderId): Promise<RoomId | undefined> {
  const [room] = await roomOfOrder(db, { orderId });
  return room?.id;
}

const membershipsOfAccount = statement({ accountId: roomMembers.accountId }, (qb, { accountId }) =>
  qb
    .select({ id: roomMembers.roomId, head: rooms.lastSeq, read: roomMembers.readSeq })
    .from(roomMembers)
    .innerJoin(rooms, eq(rooms.id, roomMembers.roomId))
    .where(eq(roomMembers.accountId, accountId)),
);

/** Every room of an account, with the room's head and how far the account has read. */
export async function listMemberships(db: Sql, accountId: AccountId) {
  return membershipsOfAccount(db, { accountId });
}

const membership = statement(
  { roomId: roomMembers.roomId, accountId: roomMembers.accountId },
  (qb, { roomId, accountId }) =>
    qb
      .select({ id: roomMembers.roomId, head: rooms.lastSeq, read: roomMembers.readSeq })
      .from(roomMembers)
      .innerJoin(rooms, eq(rooms.id, roomMembers.roomId))
      .where(and(eq(roomMembers.roomId, roomId), eq(roomMembers.accountId, accountId))),
);

/** A room of an account: its head, and how far the account has read. */
export interface Membership {
  id: RoomId;
  head: number;
  read: number;
}

/** One room of an account, or undefined where the account does not belong to it. */
export async function findMembership(db: Sql, roomId: RoomId, accountId: AccountId): Promise<Membership | undefined> {
  const [found] = await membership(db, { roomId, accountId });
  return found;
}

const writership = statement({ roomId: roomMembers.roomId, accountId: accounts.id }, (qb, { roomId, accountId }) =>
  qb
    .select({ state: accounts.state, id: roomMembers.roomId, head: rooms.lastSeq, read: roomMembers.readSeq })
    .from(accounts)
    .leftJoin(roomMembers, and(eq(roomMembers.accountId, accounts.id), eq(roomMembers.roomId, roomId)))
    .leftJoin(rooms, eq(rooms.id, roomMembers.roomId))
    .where(eq(accounts.id, accountId)),
);

/** The same of one who is about to write there: `suspended` where the account is, whatever the room; one that is closed belongs nowhere. */
export async function findWriter(
  db: Sql,
  roomId: RoomId,
  accountId: AccountId,
): Promise<Membership | 'suspended' | undefined> {
  const [found] = await writership(db, { roomId, accountId });
  if (found?.state === 'suspended') return 'suspended';
  if (!found || found.state === 'closed' || found.id === null || found.head === null || found.read === null)
    return undefined;
  return { id: found.id, head: found.head, read: found.read };
}

/**
 * Sets what is a member's own, unless the account is suspended: the one statement looks at the account and holds it, as a change
 * does, so that a suspension is seen, or waits. Says whether it was set; where not, there is no such member, or it is suspended.
 */
async function setOfMember(db: Sql, roomId: RoomId, accountId: AccountId, set: SQL): Promise<boolean> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db.execute(sql`
      update ${accounts} join ${roomMembers} on ${roomMembers.accountId} = ${accounts.id}
      set ${set}
      where ${accounts.id} = ${accountId} and ${notInArray(accounts.state, ['suspended', 'closed'])} and ${roomMembers.roomId} = ${roomId}`),
  );
  return affectedRows > 0;
}

const headsOfRooms = statement({ roomIds: listOf(rooms.id) }, (qb, { roomIds }) =>
  qb
    .select({ id: rooms.id, head: rooms.lastSeq })
    .from(rooms)
    .where(sql`${rooms.id} in ${roomIds}`),
);

/** The newest sequence of each of these rooms. */
export async function listHeads(db: Sql, roomIds: RoomId[]) {
  return roomIds.length === 0 ? [] : headsOfRooms(db, { roomIds });
}

/**
 * Marks a room as read up to `seq`, never backwards and never beyond its head. Gives the mark that holds now, or undefined
 * where the account does not belong to the room, or `suspended`, and the mark is where it was.
 */
export async function moveReadMark(
  db: Sql,
  roomId: RoomId,
  accountId: AccountId,
  seq: number,
): Promise<Membership | 'suspended' | undefined> {
  const found = await findWriter(db, roomId, accountId);
  if (typeof found !== 'object' || found.read >= Math.min(seq, found.head)) return found;
  const mark = Math.min(seq, found.head);
  // The room's row is left alone: whoever adds a message holds it, and then wants this one.
  const readSeq = sql`${roomMembers.readSeq} = greatest(${roomMembers.readSeq}, ${mark})`;
  // Members stay: who was one just now and is not found is suspended.
  if (!(await setOfMember(db, roomId, accountId, readSeq))) return 'suspended';
  return findMembership(db, roomId, accountId);
}

/** An account's rooms. */
export const accountRooms = new List({
  table: roomMembers,
  scope: { accountId: roomMembers.accountId },
  filters: {},
  orders: {
    new: { by: { id: roomMembers.roomId }, direction: 'desc' },
    active: { by: { activeAt: roomMembers.activeAt, id: roomMembers.roomId }, direction: 'desc' },
  },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({
        id: rooms.id,
        orderId: rooms.orderId,
        createdAt: rooms.createdAt,
        activeAt: roomMembers.activeAt,
        head: rooms.lastSeq,
        read: roomMembers.readSeq,
        muted: roomMembers.muted,
      })
      .from(roomMembers, on)
      .innerJoin(rooms, eq(rooms.id, roomMembers.roomId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

const membersOfRooms = statement({ roomIds: listOf(roomMembers.roomId) }, (qb, { roomIds }) =>
  qb
    .select({
      roomId: roomMembers.roomId,
      id: roomMembers.accountId,
      displayName: accounts.displayName,
      role: accounts.role,
      read: roomMembers.readSeq,
    })
    .from(roomMembers)
    .innerJoin(accounts, eq(accounts.id, roomMembers.accountId))
    .where(sql`${roomMembers.roomId} in ${roomIds}`),
);

/** The members of all these rooms, in one statement. */
export async function listMembers(db: Sql, roomIds: RoomId[]) {
  return roomIds.length === 0 ? [] : membersOfRooms(db, { roomIds });
}

const memberIdsOfRooms = statement({ roomIds: listOf(roomMembers.roomId) }, (qb, { roomIds }) =>
  qb
    .select({ roomId: roomMembers.roomId, accountId: roomMembers.accountId })
    .from(roomMembers)
    .where(sql`${roomMembers.roomId} in ${roomIds}`),
);

/** Who belongs to all these rooms. */
export async function listMemberIds(db: Sql, roomIds: RoomId[]) {
  return roomIds.length === 0 ? [] : memberIdsOfRooms(db, { roomIds });
}

const membershipsOfAccounts = statement({ accountIds: listOf(roomMembers.accountId) }, (qb, { accountIds }) =>
  qb
    .select({ accountId: roomMembers.accountId, roomId: roomMembers.roomId })
    .from(roomMembers)
    .where(sql`${roomMembers.accountId} in ${accountIds}`),
);

/** Which rooms all these accounts belong to. */
export async function listMembershipsOf(db: Sql, accountIds: AccountId[]) {
  return accountIds.length === 0 ? [] : membershipsOfAccounts(db, { accountIds });
}

/** Sets whether a member wants notice of a room. Gives undefined where there is no such member, or `suspended`, and nothing was set. */
export async function setMuted(
  db: Sql,
  roomId: RoomId,
  accountId: AccountId,
  muted: boolean,
): Promise<'set' | 'suspended' | undefined> {
  if (await setOfMember(db, roomId, accountId, sql`${roomMembers.muted} = ${muted}`)) return 'set';
  // Restored since, a member was suspended all the same when it was refused.
  return (await findWriter(db, roomId, accountId)) && 'suspended';
}

/** The newest entries of a room among which its unread texts are counted: what bounds the reading. */
const countedEntries = 1_000;

/**
 * How many texts of others that still stand each room has beyond its read mark; a room that is not in the answer has none.
 * One statement, a range of the log for each room that has any entry there.
 */
export async function countUnread(
  db: Sql,
  accountId: AccountId,
  marks: readonly { id: RoomId; head: number; read: number }[],
): Promise<Map<RoomId, number>> {
  const behind = marks.filter(({ head, read }) => head > read);
  if (behind.length === 0) return new Map();
  const ranges = behind.map(({ id, head, read }) =>
    and(eq(messages.roomId, id), gt(messages.seq, Math.max(read, head - countedEntries))),
  );
  const rows = await db
    .select({ id: messages.roomId, unread: count() })
    .from(messages)
    .where(
      and(
        or(...ranges),
        inArray(messages.kind, ['text', 'files']),
        isNull(messages.deletedAt),
        ne(messages.senderId, accountId),
      ),
    )
    .groupBy(messages.roomId);
  return new Map(rows.map(({ id, unread }) => [id, unread]));
}

const anyRoom = statement({}, (qb) => qb.select({ id: rooms.id }).from(rooms).limit(1));

/** Whether any deal was ever made. */
export async function hasRooms(db: Sql): Promise<boolean> {
  return (await anyRoom(db, {})).length > 0;
}
