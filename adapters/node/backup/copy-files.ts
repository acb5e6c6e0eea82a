import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, linkSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../../../db/engine/client.ts';
import { listStoredFiles } from '../../../db/files.ts';
import type { StoredFileRow } from '../../../db/files.ts';
import type { Files } from '../../../functions/ports.ts';
import type { FileKey } from '../../../schema/ids.ts';

/** Files that are asked for with one statement. */
const pageSize = 1_000;

/** Where a file is within a backup. */
const pathInBackup = (key: FileKey): string => `files/${key.slice(0, 2)}/${key.slice(2, 4)}/${key}`;

/** The files of a backup, as it grows. */
export interface CopiedFiles {
  /** Their checksums by their paths in the backup. */
  sums: Map<string, string>;
  bytes: number;
  /** Whose bytes are not in the storage, or not those that were sent, a line each. */
  faults: Map<string, string>;
}

/**
 * Copies every stored file that is not in the backup yet, by the rows of the database. Files never change under their key, so one that
 * an earlier backup has is linked rather than copied.
 *
 * @param earlier the folder of an earlier backup, on the same disk
 */
export async function copyFiles(
  { db, files }: { db: Database; files: Files },
  folder: string,
  copied: CopiedFiles,
  earlier: string | undefined,
): Promise<void> {
  for await (const row of storedFiles(db)) {
    const path = pathInBackup(row.key);
    if (copied.sums.has(path)) continue;
    const sum = linkEarlier(earlier, folder, path) ? row.sha256 : await copyFile(files, row.key, join(folder, path));
    if (sum === row.sha256) {
      copied.sums.set(path, sum);
      copied.bytes += row.bytes;
      copied.faults.delete(row.key);
    } else {
      copied.faults.set(row.key, `the file ${row.key} ${sum === undefined ? 'is not in the storage' : 'has changed'}`);
    }
  }
}

async function* storedFiles(db: Database): AsyncGenerator<StoredFileRow> {
  let after = '' as FileKey;
  for (;;) {
    const page = await listStoredFiles(db, after, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.key;
  }
}

function linkEarlier(earlier: string | undefined, folder: string, path: string): boolean {
  if (earlier === undefined || !existsSync(join(earlier, path))) return false;
  mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
  try {
    linkSync(join(earlier, path), join(folder, path));
    return true;
  } catch {
    // Another disk, or one that knows no links.
    return false;
  }
}

/** The checksum of what was copied; undefined where there is nothing. */
async function copyFile(files: Files, key: FileKey, path: string): Promise<string | undefined> {
  const file = await files.open(key);
  if (file === undefined) return undefined;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const watched = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  // Where an earlier look has broken off, it begins anew.
  const target = createWriteStream(path, { mode: 0o600, flush: true });
  await pipeline(Readable.fromWeb(file.body as never), watched, target);
  return hash.digest('hex');
}
