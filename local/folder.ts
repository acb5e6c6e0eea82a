import { chmodSync, mkdirSync, statfsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { takeLock } from './lock.mjs';
import { explainFileError, Problem } from './problem.ts';

/** The checkout, whatever folder the command was called from. */
export const checkout = resolve(import.meta.dirname, '..');

/** What a fresh MariaDB and a while of play take. */
const wantedMiB = 400;

/**
 * Makes a private data folder and takes it for this process, so that two starts never share one.
 *
 * @param inUse what to say when process `pid` has it
 * @returns a function that gives the folder back
 * @throws Problem when it cannot be written to, has no room, or is in use
 */
export function takeFolder(folder: string, inUse: (pid: number) => string): () => void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    const { bavail, bsize } = statfsSync(folder);
    if ((bavail * bsize) / 2 ** 20 < wantedMiB) {
      throw Object.assign(new Error(`less than ${wantedMiB} MB are free`), { code: 'ENOSPC' });
    }
    const lock = takeLock(join(folder, 'lock'));
    if ('heldBy' in lock) throw new Problem(inUse(lock.heldBy));
    return lock.release;
  } catch (error) {
    throw explainFileError(error, folder);
  }
}
