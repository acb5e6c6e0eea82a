import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { files } from '../schema/files.ts';
import type { AccountId, FileId, RoomId } from '../schema/ids.ts';
import { messages } from '../schema/rooms.ts';
import type { Transaction } from './engine/client.ts';
import { listOf, lockingStatement } from './engine/statement.ts';

/** What a message carries: files that its sender has sent for its room, and perhaps a text. */
export interface Attachments {
  text?: string | undefined;
  fileIds: readonly FileId[];
}

/** The purpose of files that a message may carry. */
const purpose = 'chat';

const attachable = lockingStatement({ ids: listOf(files.id) }, (qb, { ids }) =>
  qb
    .select({
      id: files.id,
      ownerId: files.ownerId,
      roomId: files.roomId,
      name: files.name,
      type: files.type,
      bytes: files.bytes,
      width: files.width,
      height: files.height,
    })
    .from(files)
    .where(
      and(
        sql`${files.id} in ${ids}`,
        eq(files.purpose, purpose),
        eq(files.state, 'pending'),
        isNotNull(files.sha256),
        isNull(files.deletedAt),
      ),
    )
    .orderBy(files.id)
    .for('update'),
);

type Attachable = Awaited<ReturnType<typeof attachable>>[number];

/** Those of a transaction's messages that may still be used, each for one message. */
export class AttachableFiles {
  readonly #files: Map<FileId, Attachable>;

  private constructor(rows: readonly Attachable[]) {
    this.#files = new Map(rows.map((row) => [row.id, row]));
  }

  /** Holds those of these files that no message has, until the commit. */
  static async lock(tx: Transaction, ids: readonly FileId[]): Promise<AttachableFiles> {
    return new AttachableFiles(ids.length === 0 ? [] : await attachable(tx, { ids: [...new Set(ids)].toSorted() }));
  }

  /** Uses them for a message of this room and sender: what its log keeps of it; undefined where one of them is not to be had. */
  take({ text, fileIds }: Attachments, roomId: RoomId, senderId: AccountId): string | undefined {
    const found = fileIds.map((id) => this.#files.get(id));
    if (new Set(fileIds).size < fileIds.length) return undefined;
    if (!found.every((file) => file?.ownerId === senderId && file.roomId === roomId)) return undefined;
    for (const id of fileIds) this.#files.delete(id);
    return JSON.stringify({
      ...(text !== undefined && { text }),
      files: found.map((file) => shown(file as Attachable)),
    });
  }
}

const shown = ({ id, name, type, bytes, width, height }: Attachable) =>
  width === null || height === null ? { id, name, type, bytes } : { id, name, type, bytes, width, height };

/** Makes files those of a message: the members of its room read them from the commit on. */
export async function attachFiles(tx: Transaction, ids: readonly FileId[], attachedAt: string): Promise<void> {
  await tx
    .update(files)
    .set({ state: 'ready', attachedAt })
    .where(sql`${files.id} in ${[...ids]}`);
}

/** Has nobody read the files of a message that is deleted. Before its row is emptied, which names them. */
export async function dropFilesOf(tx: Transaction, roomId: RoomId, seq: number, deletedAt: string): Promise<void> {
  await tx.execute(sql`
    update ${messages} force index (primary)
      straight_join json_table(${messages.body}, '$.files[*]' columns (id char(36) path '$.id')) attached
      straight_join ${files} force index (primary) on ${files.id} = cast(attached.id as uuid)
    set ${files.deletedAt} = ${sql.param(deletedAt, files.deletedAt)}
    where ${messages.roomId} = ${roomId} and ${messages.seq} = ${seq} and ${files.deletedAt} is null`);
}
