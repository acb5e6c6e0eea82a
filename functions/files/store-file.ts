import { insertFile, recordStoredFile } from '../../db/files.ts';
import type { NewFile } from '../../db/files.ts';
import type { FileId, FileKey } from '../../schema/ids.ts';
import { toInstant } from '../instant.ts';
import type { Ports, StoredFile } from '../ports.ts';
import { FilesUnavailable } from './file-errors.ts';
import { newFileKey } from './file-key.ts';

/**
 * Takes in an upload: its row, then its bytes, then what they are. It stays `pending` until a change uses it
 * (`markFileReady`); what fails on the way leaves a row that the job collects. No statement waits for the body, and none runs
 * in a transaction, so that no connection is held while it streams.
 *
 * @throws FileTooLarge, FileBodyFailed, FilesUnavailable
 */
export async function storeFile(
  { db, files, clock, newId }: Pick<Ports, 'db' | 'files' | 'clock' | 'newId'>,
  { maxBytes, ...file }: FileToStore,
  body: ReadableStream<Uint8Array>,
): Promise<StoredFile & { id: FileId; key: FileKey }> {
  return storeMade({ db, files, clock, newId }, file, async () => ({ body, maxBytes }));
}

export type FileToStore = Omit<NewFile, 'id' | 'key' | 'createdAt'> & { maxBytes: number };

/** As `storeFile`, for bytes that are made once the row is there; `insert` adds it, where more has to hold for that. */
export async function storeMade(
  { db, files, clock, newId }: Pick<Ports, 'db' | 'files' | 'clock' | 'newId'>,
  file: Omit<FileToStore, 'maxBytes'>,
  make: () => Promise<MadeFile>,
  insert: (row: NewFile) => Promise<void> = (row) => insertFile(db, row),
): Promise<StoredFile & { id: FileId; key: FileKey }> {
  const [id, key] = [newId<FileId>(), newFileKey()];
  await insert({ ...file, id, key, createdAt: toInstant(clock.now()) });
  const { body, maxBytes, width, height } = await make();
  const stored = await files.put(key, body, { maxBytes, type: file.type });
  if (!(await recordStoredFile(db, id, { ...stored, width, height }))) {
    // It took longer than the job waits: nobody else knows of these bytes now.
    await files.delete(key);
    throw new FilesUnavailable('an upload took too long');
  }
  return { id, key, ...stored };
}

/** What is to be stored: of a picture, with its sides in pixels. */
export interface MadeFile {
  body: ReadableStream<Uint8Array>;
  maxBytes: number;
  width?: number;
  height?: number;
}
