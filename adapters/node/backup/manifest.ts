import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { reasonOf, StartFault } from '../start-fault.ts';

/** What a backup is, in its `manifest.json`. */
const manifest = z.object({
  /** Of the form of a backup. */
  format: z.literal(1),
  /** The version of the product that made it. */
  kingbus: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  database: z.object({
    server: z.string(),
    /** The name of the newest migration, and when it was made, in milliseconds since 1970. */
    migration: z.string(),
    schemaVersion: z.number(),
  }),
  keys: z.array(z.string()),
  files: z.object({ count: z.int(), bytes: z.int() }),
  /** Of `SHA256SUMS`, which has the checksum of everything else. */
  sums: z.string(),
});

export type Manifest = z.infer<typeof manifest>;

export const namesOf = (folder: string) => ({
  manifest: join(folder, 'manifest.json'),
  sums: join(folder, 'SHA256SUMS'),
  dump: join(folder, 'database.sql.gz'),
  keys: join(folder, 'keys'),
  files: join(folder, 'files'),
});

/** @throws StartFault where it is no backup, or one of another form */
export function readManifest(folder: string): Manifest {
  const path = namesOf(folder).manifest;
  try {
    return manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new StartFault([`${path}: ${reasonOf(error) ?? 'is not the manifest of a backup that this version knows'}`]);
  }
}

/** Writes the checksums of a backup, in the form of `sha256sum`, by paths within its folder; gives the checksum of the list. */
export function writeSums(folder: string, sums: ReadonlyMap<string, string>): string {
  const lines = [...sums].map(([path, sum]) => `${sum}  ${path}\n`).join('');
  writeFileSync(namesOf(folder).sums, lines, { flag: 'wx', mode: 0o600, flush: true });
  return createHash('sha256').update(lines).digest('hex');
}

export function writeManifest(folder: string, values: Manifest): void {
  const text = `${JSON.stringify(values, undefined, 2)}\n`;
  writeFileSync(namesOf(folder).manifest, text, { flag: 'wx', mode: 0o600, flush: true });
}

/**
 * The checksums of a backup by their paths, once everything in it was found to be as it was written.
 *
 * @throws StartFault that names what is missing or has changed
 */
export async function verifySums(folder: string, { sums: expected }: Manifest): Promise<Map<string, string>> {
  const path = namesOf(folder).sums;
  if ((await sha256Of(path)) !== expected) throw new StartFault([`${path}: is not as it was written`]);
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const sums = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  const faults: string[] = [];
  for (const [name, sum] of sums) {
    if ((await sha256Of(join(folder, name)).catch(() => '')) !== sum) {
      faults.push(`${join(folder, name)}: is missing, or not as it was written`);
    }
  }
  if (faults.length > 0) throw new StartFault(faults);
  return sums;
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
