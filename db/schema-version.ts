import { sql } from 'drizzle-orm';
import type { Sql } from './engine/client.ts';
import { databaseErrorCode } from './engine/database-error.ts';

/** When the newest migration of a database was made, in milliseconds, as db/migrations/meta/_journal.json says it; or 0 without any. */
export async function findSchemaVersion(db: Sql): Promise<number> {
  try {
    const [rows] = await db.execute(sql`select max(created_at) as newest from __drizzle_migrations`);
    return Number((rows as unknown as { newest: string | number | null }[])[0]?.newest ?? 0);
  } catch (error) {
    if (databaseErrorCode(error) === 'ER_NO_SUCH_TABLE') return 0;
    throw error;
  }
}

/** How many tables a database has. */
export async function countTables(db: Sql): Promise<number> {
  const [rows] = await db.execute(
    sql`select count(*) as tables from information_schema.tables where table_schema = database()`,
  );
  return (rows as unknown as { tables: number }[])[0]?.tables ?? 0;
}
