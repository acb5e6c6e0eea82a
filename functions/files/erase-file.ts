import { markFileErased } from '../../db/files.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { FileId } from '../../schema/ids.ts';
import type { Recorder } from '../changes/recorder.ts';

/**
 * Erases a file whosever it is, in the change that has no more need of it: from the commit on nobody reads it, and a job removes its
 * bytes. What refers to it lets go of it in the same change (`documents.fileId`), or its row stays. False where it is erased already.
 */
export async function eraseFile(tx: Transaction, record: Recorder, id: FileId): Promise<boolean> {
  const erased = await markFileErased(tx, id, record.at);
  if (erased) record.audit({ kind: 'file', id }, 'erase');
  return erased;
}
