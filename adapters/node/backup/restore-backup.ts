import { copyFileSync, chmodSync, createReadStream, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Database } from '../../../db/engine/client.ts';
import { countTables } from '../../../db/schema-version.ts';
import { isFileKey } from '../../../functions/files/file-key.ts';
import type { Files } from '../../../functions/ports.ts';
import type { DatabaseAccount } from '../config.ts';
import { migrateDatabase } from '../migrate-database.ts';
import { newestMigration } from '../migration-status.ts';
import type { FilesSettings } from '../open-files.ts';
import { StartFault } from '../start-fault.ts';
import { loadDump } from './database-dump.ts';
import { namesOf, readManifest, verifySums } from './manifest.ts';
import type { Manifest } from './manifest.ts';

export interface RestoreTarget {
  /** Who may make tables. */
  account: DatabaseAccount;
  db: Database;
  files: Files;
  filesSettings: FilesSettings;
  keysDirectory: string;
}

/**
 * Finds all that keeps a backup from being restored: a manifest that this version does not know, a file that is not as it was written,
 * a place that is not empty.
 *
 * @throws StartFault with all of it
 */
export async function checkRestore(folder: string, target: RestoreTarget): Promise<Manifest> {
  const manifest = readManifest(folder);
  const faults = [...(await findInTheWay(target)), ...findNewer(manifest)];
  const damage = await verifySums(folder, manifest).catch((error: unknown) => {
    if (error instanceof StartFault) return error.faults;
    throw error;
  });
  if (Array.isArray(damage)) faults.push(...damage);
  if (faults.length > 0) throw new StartFault(faults);
  return manifest;
}

/** Puts a backup that was checked into an empty place, and brings its schema to this version. The logs need a new epoch then. */
export async function restoreBackup(folder: string, { account, files, keysDirectory }: RestoreTarget): Promise<void> {
  await loadDump(account, namesOf(folder).dump);
  await migrateDatabase(account.url, account.otherPassword);
  for (const path of filesOf(folder)) {
    const key = basename(path);
    // Only what `kingbus backup` has put there.
    if (!isFileKey(key)) continue;
    const body = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
    await files.put(key, body, { maxBytes: Number.MAX_SAFE_INTEGER, type: 'application/octet-stream' });
  }
  mkdirSync(keysDirectory, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(namesOf(folder).keys)) {
    copyFileSync(join(namesOf(folder).keys, name), join(keysDirectory, name));
    chmodSync(join(keysDirectory, name), 0o600);
  }
}

async function findInTheWay({ db, filesSettings, keysDirectory }: RestoreTarget): Promise<string[]> {
  const faults: string[] = [];
  const tables = await countTables(db);
  if (tables > 0) faults.push(`the database has ${tables} tables already: restore into an empty one`);
  if ('folder' in filesSettings && !isEmpty(filesSettings.folder)) {
    faults.push(`KINGBUS_FILES: ${filesSettings.folder} is not empty`);
  }
  if (!isEmpty(keysDirectory)) faults.push(`KINGBUS_KEYS: ${keysDirectory} is not empty`);
  return faults;
}

const isEmpty = (folder: string): boolean => !existsSync(folder) || readdirSync(folder).length === 0;

const findNewer = ({ database, kingbus }: Manifest): string[] =>
  database.schemaVersion > newestMigration()
    ? [`the backup is of version ${kingbus}, whose database this version does not know: restore it with that one`]
    : [];

function filesOf(folder: string): string[] {
  const place = namesOf(folder).files;
  if (!existsSync(place)) return [];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
