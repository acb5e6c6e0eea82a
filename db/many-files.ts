import { and, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import { files } from '../schema/files.ts';
import type { AccountId, FileId } from '../schema/ids.ts';
import type { Transaction } from './engine/client.ts';

/**
 * Makes stored files of this owner and purpose ones that are used, in the change that uses them; false where one of them is not
 * there, is used already, or was collected. Then the change has to fail.
 */
export async function markFilesReady(
  tx: Transaction,
  { ids, ownerId, purpose }: { ids: readonly FileId[]; ownerId: AccountId; purpose: string },
  attachedAt: string,
): Promise<boolean> {
  if (ids.length === 0) return true;
  const [{ affectedRows }] = await tx
    .update(files)
    .set({ state: 'ready', attachedAt })
    .where(
      and(
        inArray(files.id, [...ids]),
        eq(files.ownerId, ownerId),
        eq(files.purpose, purpose),
        eq(files.state, 'pending'),
        isNotNull(files.sha256),
        isNull(files.deletedAt),
      ),
    );
  return affectedRows === ids.length;
}

/** Has nobody read these files from now on. A job removes their bytes, and then the rows: nothing may refer to them any more. */
export async function markFilesDeleted(tx: Transaction, ids: readonly FileId[], deletedAt: string): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(files)
    .set({ deletedAt })
    .where(and(inArray(files.id, [...ids]), isNull(files.deletedAt)));
}
