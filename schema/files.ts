import { bigint, index, mysqlEnum, mysqlTable, smallint, uniqueIndex, varchar } from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { instant, token, uuid } from './columns.ts';
import type { AccountId, FileId, FileKey, RoomId } from './ids.ts';

/** Who may read it: everyone, those whom its purpose names, or of these none without being written down. */
export const fileClasses = ['public', 'private', 'sensitive'] as const;

/** `pending` until a change uses it. What stays so is collected (functions/files/collect-orphans.ts). */
export const fileStates = ['pending', 'ready'] as const;

/**
 * A file: the row is here before its bytes are in the storage, under `key`, and goes after them, so that no bytes are without
 * one. `bytes` and `sha256` are known once all of it is stored. From `deletedAt` on nobody reads it, and a job removes both.
 */
export const files = mysqlTable(
  'files',
  {
    id: uuid<FileId>('id').primaryKey(),
    ownerId: uuid<AccountId>('owner_id')
      .notNull()
      .references(() => accounts.id),
    /** What it was sent for, in the words of its feature; nothing else may take it. */
    purpose: token('purpose', 32).notNull(),
    class: mysqlEnum('class', fileClasses).notNull(),
    state: mysqlEnum('state', fileStates).notNull().default('pending'),
    key: token('key', 32).$type<FileKey>().notNull(),
    /** Its media type. */
    type: token('type', 100).notNull(),
    bytes: bigint('bytes', { mode: 'number', unsigned: true }),
    sha256: token('sha256', 64),
    /** What its sender called it, cleaned: for a download, never for a path. */
    name: varchar('name', { length: 200 }),
    /** Of a picture, in pixels. */
    width: smallint('width', { unsigned: true }),
    height: smallint('height', { unsigned: true }),
    /** Of an attachment: the room whose members read it. */
    roomId: uuid<RoomId>('room_id'),
    createdAt: instant('created_at').notNull(),
    attachedAt: instant('attached_at'),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    uniqueIndex('files_key').on(table.key),
    index('files_owner').on(table.ownerId, table.id),
    index('files_orphans').on(table.state, table.createdAt),
    index('files_deleted').on(table.deletedAt),
  ],
);
