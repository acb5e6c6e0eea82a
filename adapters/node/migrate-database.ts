import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/mysql2';
import { migrate } from 'drizzle-orm/mysql2/migrator';
import { openSingle } from '../../db/engine/open-single.ts';
import { withMigrationLease } from '../../db/migration-lease.ts';
import { credentialsOf } from './open-database.ts';

const migrationsFolder = fileURLToPath(new URL('../../db/migrations', import.meta.url));

/** Applies what db/migrations has and the database has not, at the first of its hosts that is well. Two at once: the second waits for the first. */
export async function migrateDatabase(url: string, otherPassword?: string): Promise<void> {
  const open = () => openSingle(url, credentialsOf({ url, otherPassword }));
  const connection = await open();
  const keeper = await open();
  try {
    await withMigrationLease(keeper, () => migrate(drizzle({ client: connection }), { migrationsFolder }));
  } finally {
    await Promise.all([connection, keeper].map((each) => each.end()));
  }
}
