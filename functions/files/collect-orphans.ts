import { claimOrphanFiles, listDeletedFiles, removeFileRows } from '../../db/files.ts';
import type { FileId } from '../../schema/ids.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { FilesUnavailable } from './file-errors.ts';

/** How long an upload may wait for the change that uses it, in milliseconds: a form that somebody fills in. */
const orphanAge = 3600 * 1000;

/** Rows a statement: small enough that nobody waits for its locks. */
const batch = 100;

/** So many files that could not be removed in one run are no bad files: the storage is away, and comes back. */
const failureLimit = 5;

/**
 * Removes uploads that no change has used for an hour, and what was deleted: first the bytes, then the row, so that no bytes
 * stay without one. An orphan is marked as deleted before its bytes go: from then on no change can use it. Two at once do no
 * harm, and who is killed in the middle leaves the rest to the next run.
 *
 * @returns how many files are gone, and how many could not be removed
 */
export async function collectOrphanFiles({
  db,
  files,
  clock,
  log,
}: Pick<Ports, 'db' | 'files' | 'clock' | 'log'>): Promise<{ removed: number; failed: number }> {
  const now = clock.now();
  const before = toInstant(now - orphanAge);
  while ((await claimOrphanFiles(db, before, toInstant(now), batch)) === batch);

  const counts = { removed: 0, failed: 0 };
  for (;;) {
    const doomed = await listDeletedFiles(db, batch);
    const gone: FileId[] = [];
    for (const { id, key } of doomed) {
      try {
        await files.delete(key);
        gone.push(id);
      } catch (error) {
        if (!(error instanceof FilesUnavailable)) throw error;
        counts.failed++;
        if (counts.failed === failureLimit) {
          await removeFileRows(db, gone);
          throw error;
        }
        log.warn({ err: error, fileId: id }, 'a file could not be removed');
      }
    }
    const kept = await removeFileRows(db, gone);
    if (kept.length > 0) log.error({ fileIds: kept }, 'deleted files are still referred to');
    counts.removed += gone.length - kept.length;
    counts.failed += kept.length;
    if (gone.length === kept.length || doomed.length < batch) return counts;
  }
}
