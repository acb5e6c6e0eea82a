import { join } from 'node:path';
import { makeNextVersion, makeVersionAfter } from './versions.ts';
import type { World } from './world.ts';

/** Restarts all processes, one after another. */
export const rollingRestart = (world: World): Promise<void> => rollTo(world, undefined);

async function rollTo({ processes }: World, folder: string | undefined): Promise<void> {
  for (const process of processes) await process.restart(folder);
}

/**
 * Deploys two versions, as docs/operations.md says: what a migration adds comes before the processes that use it, what one takes away
 * after the last of them has gone. In between old and new ones are at work on one database.
 */
export async function deployTwoVersions(world: World, folder: string): Promise<void> {
  const next = makeNextVersion(join(folder, 'next'));
  await next.migrate(world.environment);
  await rollTo(world, next.folder);
  const after = makeVersionAfter(join(folder, 'after'));
  await rollTo(world, after.folder);
  await after.migrate(world.environment);
}
