import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHolder } from './lock.mjs';
import { stopLeftover } from './servers/leftovers.ts';

/** What the name of every test run's temporary folder begins with. */
export const folderPrefix = 'kingbus-test-';

/** Removes the folders of earlier runs that were killed before they could do so, and stops what still runs in them. */
export async function removeAbandonedFolders(parent: string = tmpdir()): Promise<void> {
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    // A folder without a lock is one that a run is making right now, or nothing of ours.
    if (!name.startsWith(folderPrefix) || !isOurs(folder) || !existsSync(join(folder, 'lock'))) continue;
    if (lockHolder(join(folder, 'lock')) !== undefined) continue;
    await Promise.all([stopLeftover(join(folder, 'mariadb')), stopLeftover(join(folder, 'redis'))]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOurs(folder: string): boolean {
  const { uid } = statSync(folder, { throwIfNoEntry: false }) ?? {};
  return uid !== undefined && (process.getuid === undefined || uid === process.getuid());
}
