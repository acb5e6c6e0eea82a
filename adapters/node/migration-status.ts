import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Sql } from '../../db/engine/client.ts';
import { findSchemaVersion } from '../../db/schema-version.ts';

const journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) });

export interface MigrationStatus {
  /** Their names, in their order. */
  applied: string[];
  pending: string[];
  /** A newer version of the product has migrated it. */
  newer: boolean;
}

/** Which of this version's migrations a database has. */
export async function readMigrationStatus(db: Sql): Promise<MigrationStatus> {
  const { entries } = readJournal();
  const newest = await findSchemaVersion(db);
  const tagsOf = (chosen: typeof entries) => chosen.map(({ tag }) => tag);
  return {
    applied: tagsOf(entries.filter(({ when }) => when <= newest)),
    pending: tagsOf(entries.filter(({ when }) => when > newest)),
    newer: entries.every(({ when }) => when < newest),
  };
}

/** When the newest migration of this version was made, in milliseconds since 1970. */
export const newestMigration = (): number => Math.max(...readJournal().entries.map(({ when }) => when));

const readJournal = () =>
  journal.parse(JSON.parse(readFileSync(new URL('../../db/migrations/meta/_journal.json', import.meta.url), 'utf8')));
