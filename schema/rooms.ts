import { bigint, boolean, index, mysqlEnum, mysqlTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { instant, token, uuid } from './columns.ts';
import type { AccountId, OrderId, RoomId } from './ids.ts';
import { orders } from './orders.ts';

/**
 * `edit` and `deletion` are events about an earlier message; `system` says what became of the order; `files` carries files of its
 * sender, and perhaps a text.
 */
export const messageKinds = ['text', 'system', 'edit', 'deletion', 'files'] as const;

/** A conversation. `lastSeq` is the sequence of its newest message; whoever holds this row's lock may add the next. */
export const rooms = mysqlTable(
  'rooms',
  {
    id: uuid<RoomId>('id').primaryKey(),
    orderId: uuid<OrderId>('order_id').references(() => orders.id),
    lastSeq: bigint('last_seq', { mode: 'number', unsigned: true }).notNull().default(0),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [uniqueIndex('rooms_order').on(table.orderId)],
);

/**
 * Who belongs to a room. `activeAt` follows the newest text or system message to within a second, so that an account's rooms can be
 * read by it through one index. It moves, so who wants all rooms reads them by their ids.
 */
export const roomMembers = mysqlTable(
  'room_members',
  {
    roomId: uuid<RoomId>('room_id')
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    accountId: uuid<AccountId>('account_id')
      .notNull()
      .references(() => accounts.id),
    readSeq: bigint('read_seq', { mode: 'number', unsigned: true }).notNull().default(0),
    activeAt: instant('active_at').notNull(),
    joinedAt: instant('joined_at').notNull(),
    muted: boolean('muted').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.accountId] }),
    index('room_members_account').on(table.accountId, table.activeAt, table.roomId),
    index('room_members_new').on(table.accountId, table.roomId),
  ],
);

/**
 * The log of a room. `clientId` is the sender's own name for the message: sending it again adds nothing. A text stands in
 * one row alone: an edit changes the row of its target, a deletion empties it, and both keep nothing but a hash of what was
 * sent (`bodyHash`), so that sending again is still recognised.
 */
export const messages = mysqlTable(
  'messages',
  {
    roomId: uuid<RoomId>('room_id')
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    seq: bigint('seq', { mode: 'number', unsigned: true }).notNull(),
    senderId: uuid<AccountId>('sender_id')
      .notNull()
      .references(() => accounts.id),
    clientId: token('client_id', 64).notNull(),
    kind: mysqlEnum('kind', messageKinds).notNull().default('text'),
    body: text('body').notNull(),
    bodyHash: token('body_hash', 64),
    targetSeq: bigint('target_seq', { mode: 'number', unsigned: true }),
    sentAt: instant('sent_at').notNull(),
    editedAt: instant('edited_at'),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.seq] }),
    uniqueIndex('messages_client_id').on(table.roomId, table.senderId, table.clientId),
  ],
);
