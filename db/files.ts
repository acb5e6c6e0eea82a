import { and, asc, eq, gt, inArray, isNotNull, isNull, lt } from 'drizzle-orm';
import { files } from '../schema/files.ts';
import type { AccountId, FileId, FileKey } from '../schema/ids.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { databaseErrorCode } from './engine/database-error.ts';
import { number, statement } from './engine/statement.ts';
import { retryDeadlocks } from './engine/transaction.ts';
import { insertRow } from './engine/write.ts';
import { markFilesReady } from './many-files.ts';

export type NewFile = Pick<
  typeof files.$inferInsert,
  'id' | 'ownerId' | 'purpose' | 'class' | 'key' | 'type' | 'createdAt' | 'name' | 'roomId'
>;

/** Adds a pending file, of which nothing is stored yet. */
export async function insertFile(
  db: Sql,
  { id, ownerId, purpose, class: fileClass, key, type, createdAt, name = null, roomId = null }: NewFile,
): Promise<void> {
  await insertRow(db, files, { id, ownerId, purpose, class: fileClass, key, type, createdAt, name, roomId });
}

/** What is known of a file once all of it is stored; the sides are a picture's, in pixels. */
export interface StoredFacts {
  bytes: number;
  sha256: string;
  width?: number | undefined;
  height?: number | undefined;
}

/** Says that all of a pending file is stored; false where it was collected meanwhile. */
export async function recordStoredFile(
  db: Sql,
  id: FileId,
  { bytes, sha256, width, height }: StoredFacts,
): Promise<boolean> {
  const [{ affectedRows }] = await db
    .update(files)
    .set({ bytes, sha256, ...(width !== undefined && { width }), ...(height !== undefined && { height }) })
    .where(and(eq(files.id, id), eq(files.state, 'pending'), isNull(files.deletedAt)));
  return affectedRows === 1;
}

/**
 * Makes a stored file of this owner and purpose one that is used, in the change that uses it: false where there is no such
 * file, it is used already, or it was collected.
 */
export const markFileReady = (
  tx: Transaction,
  { id, ...use }: Pick<NewFile, 'ownerId' | 'purpose'> & { id: FileId },
  attachedAt: string,
): Promise<boolean> => markFilesReady(tx, { ids: [id], ...use }, attachedAt);

/** Has nobody read a file of this owner from now on; false where there is none. A job removes its bytes, and then the row. */
export async function markFileDeleted(
  tx: Transaction,
  id: FileId,
  ownerId: AccountId,
  deletedAt: string,
): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(files)
    .set({ deletedAt })
    .where(and(eq(files.id, id), eq(files.ownerId, ownerId), isNull(files.deletedAt)));
  return affectedRows === 1;
}

/** As `markFileDeleted`, where no change has used the file yet. */
export async function deletePendingFile(
  tx: Transaction,
  id: FileId,
  ownerId: AccountId,
  deletedAt: string,
): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(files)
    .set({ deletedAt })
    .where(and(eq(files.id, id), eq(files.ownerId, ownerId), eq(files.state, 'pending'), isNull(files.deletedAt)));
  return affectedRows === 1;
}

/** Has nobody read a file from now on, whosever it is; false where there is none. */
export async function markFileErased(tx: Transaction, id: FileId, deletedAt: string): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(files)
    .set({ deletedAt })
    .where(and(eq(files.id, id), isNull(files.deletedAt)));
  return affectedRows === 1;
}

const columns = {
  id: files.id,
  ownerId: files.ownerId,
  purpose: files.purpose,
  class: files.class,
  state: files.state,
  key: files.key,
  type: files.type,
  bytes: files.bytes,
  sha256: files.sha256,
  name: files.name,
  width: files.width,
  height: files.height,
  roomId: files.roomId,
};

const storedFile = statement({ id: files.id }, (qb, { id }) =>
  qb
    .select(columns)
    .from(files)
    .where(and(eq(files.id, id), isNotNull(files.sha256), isNull(files.deletedAt))),
);

const publicFile = statement({ key: files.key }, (qb, { key }) =>
  qb
    .select(columns)
    .from(files)
    .where(and(eq(files.key, key), eq(files.class, 'public'), eq(files.state, 'ready'), isNull(files.deletedAt))),
);

export type FileRow = Omit<typeof files.$inferSelect, 'bytes' | 'sha256' | 'createdAt' | 'attachedAt' | 'deletedAt'> & {
  bytes: number;
  sha256: string;
};

/** A file of which all is stored and which nobody has deleted. */
export async function findFile(db: Sql, id: FileId): Promise<FileRow | undefined> {
  const [found] = await storedFile(db, { id });
  return found as FileRow | undefined;
}

/** A file that everyone may read, once a change has used it. */
export async function findPublicFile(db: Sql, key: FileKey): Promise<FileRow | undefined> {
  const [found] = await publicFile(db, { key });
  return found as FileRow | undefined;
}

/**
 * Marks the oldest pending files made before `before` as deleted, `limit` at most, so that no change uses them any more. Gives
 * how many.
 */
export async function claimOrphanFiles(db: Sql, before: string, deletedAt: string, limit: number): Promise<number> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db
      .update(files)
      .set({ deletedAt })
      .where(and(eq(files.state, 'pending'), lt(files.createdAt, before), isNull(files.deletedAt)))
      .orderBy(files.createdAt)
      .limit(limit),
  );
  return affectedRows;
}

const deletedFiles = statement({ limit: number }, (qb, { limit }) =>
  qb
    .select({ id: files.id, key: files.key })
    .from(files)
    .where(isNotNull(files.deletedAt))
    .orderBy(asc(files.deletedAt))
    .limit(limit),
);

/** Files whose bytes are to be removed, those that were deleted first at the front. */
export const listDeletedFiles = (db: Sql, limit: number) => deletedFiles(db, { limit });

/**
 * Removes rows of deleted files whose bytes are gone. Gives those that stay, as something still refers to them: a mistake of whoever
 * had them deleted, which keeps nobody else's from going.
 */
export async function removeFileRows(db: Sql, ids: readonly FileId[]): Promise<FileId[]> {
  if (ids.length === 0) return [];
  try {
    await retryDeadlocks(() => db.delete(files).where(and(inArray(files.id, [...ids]), isNotNull(files.deletedAt))));
    return [];
  } catch (error) {
    if (databaseErrorCode(error) !== 'ER_ROW_IS_REFERENCED_2') throw error;
  }
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) return [only];
  const kept: FileId[] = [];
  for (const id of ids) kept.push(...(await removeFileRows(db, [id])));
  return kept;
}

const storedFilesAfter = statement({ after: files.key, limit: number }, (qb, { after, limit }) =>
  qb
    .select({ key: files.key, bytes: files.bytes, sha256: files.sha256 })
    .from(files)
    .where(and(gt(files.key, after), isNotNull(files.sha256), isNull(files.deletedAt)))
    .orderBy(asc(files.key))
    .limit(limit),
);

export interface StoredFileRow {
  key: FileKey;
  bytes: number;
  sha256: string;
}

/** Files whose bytes are stored, in the order of their keys, from the one behind `after` on. */
export async function listStoredFiles(db: Sql, after: FileKey, limit: number): Promise<StoredFileRow[]> {
  const rows = await storedFilesAfter(db, { after, limit });
  return rows as StoredFileRow[];
}
