import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/mysql2';
import { migrate } from 'drizzle-orm/mysql2/migrator';
import { createConnection } from 'mysql2/promise';

const migrationsFolder = fileURLToPath(new URL('../../db/migrations', import.meta.url));

/** Applies what db/migrations has and the database has not. Two at once: the second waits for the first. */
export async function migrateDatabase(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, timezone: 'Z', charset: 'utf8mb4' });
  try {
    await connection.query("select get_lock('kingbus_migrations', 120)");
    await migrate(drizzle({ client: connection }), { migrationsFolder });
  } finally {
    await connection.end();
  }
}
