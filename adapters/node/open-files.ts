import { mkdir } from 'node:fs/promises';
import type { Files } from '../../functions/ports.ts';
import { createDiskFiles } from './disk-files.ts';

/** The files of one process. A folder that is not there yet is made, for this user alone. */
export async function openFiles(folder: string): Promise<Files> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return createDiskFiles(folder);
}
