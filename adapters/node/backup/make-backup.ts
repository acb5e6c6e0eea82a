import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Database } from '../../../db/engine/client.ts';
import { findSchemaVersion } from '../../../db/schema-version.ts';
import { readServerFacts } from '../../../db/server-facts.ts';
import type { Files } from '../../../functions/ports.ts';
import type { DatabaseAccount } from '../config.ts';
import { readKeyFiles } from '../keys-directory.ts';
import { readMigrationStatus } from '../migration-status.ts';
import { readVersion } from '../version.ts';
import { copyFiles } from './copy-files.ts';
import type { CopiedFiles } from './copy-files.ts';
import { dumpDatabase } from './database-dump.ts';
import { namesOf, sha256Of, writeManifest, writeSums } from './manifest.ts';
import type { Manifest } from './manifest.ts';

export interface BackupSource {
  /** Who reads: the address for the dump, and the same connected. */
  account: DatabaseAccount;
  db: Database;
  files: Files;
  keysDirectory: string;
}

export interface Backup {
  folder: string;
  manifest: Manifest;
  /** Files that could not be backed up, a line each. */
  faults: string[];
}

/** What a folder is called until everything is in it. */
const unfinished = '.unfinished';

/**
 * Backs up everything that cannot be made again: the database as it was at one moment, the files that its rows name, and the keys.
 * It may be made while the product works. The files are copied before the dump and what came meanwhile after it, so that no row of
 * the dump names a file that the backup lacks. What breaks off leaves nothing.
 *
 * @param parent the folder of all backups; this one is named in it by its UTC time
 */
export async function makeBackup(source: BackupSource, parent: string): Promise<Backup> {
  const startedAt = new Date();
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const folder = join(parent, startedAt.toISOString().replaceAll(/[-:]|\.\d+/gu, ''));
  const [earlier] = listBackups(parent).toReversed();
  const place = folder + unfinished;
  mkdirSync(place, { mode: 0o700 });
  try {
    const copied: CopiedFiles = { sums: new Map(), bytes: 0, faults: new Map() };
    await copyFiles(source, place, copied, earlier);
    const database = await describeDatabase(source.db);
    await dumpDatabase(source.account, namesOf(place).dump);
    await copyFiles(source, place, copied, earlier);
    const keys = await copyKeys(source.keysDirectory, place);
    const sums = new Map([['database.sql.gz', await sha256Of(namesOf(place).dump)], ...keys, ...copied.sums]);
    const manifest: Manifest = {
      format: 1,
      kingbus: readVersion().version,
      startedAt: startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      database,
      keys: keys.map(([path]) => basename(path)),
      files: { count: copied.sums.size, bytes: copied.bytes },
      sums: writeSums(place, sums),
    };
    writeManifest(place, manifest);
    renameSync(place, folder);
    return { folder, manifest, faults: [...copied.faults.values()] };
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw error;
  }
}

/** The finished backups in a folder, the oldest first. */
const listBackups = (parent: string): string[] =>
  readdirSync(parent)
    .filter((name) => /^\d{8}T\d{6}Z$/u.test(name))
    .toSorted()
    .map((name) => join(parent, name));

/** Removes all but the newest backups; gives which. */
export function removeOldBackups(parent: string, keep: number): string[] {
  const old = listBackups(parent).slice(0, -keep);
  for (const folder of old) rmSync(folder, { recursive: true });
  return old;
}

async function describeDatabase(db: Database): Promise<Manifest['database']> {
  const [{ version }, { applied }] = [await readServerFacts(db), await readMigrationStatus(db)];
  return { server: version, migration: applied.at(-1) ?? '', schemaVersion: await findSchemaVersion(db) };
}

/** The checksums of the copies by their paths in the backup. */
async function copyKeys(directory: string, folder: string): Promise<[path: string, sum: string][]> {
  mkdirSync(namesOf(folder).keys, { mode: 0o700 });
  const copies: [string, string][] = [];
  for (const { path } of await readKeyFiles(directory, { strict: false })) {
    const name = `keys/${basename(path)}`;
    copyFileSync(path, join(folder, name));
    copies.push([name, await sha256Of(join(folder, name))]);
  }
  return copies;
}
