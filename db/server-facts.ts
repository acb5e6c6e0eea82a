import { sql } from 'drizzle-orm';
import type { Sql } from './engine/client.ts';

export interface ServerFacts {
  version: string;
  database: string;
  /** `innodb_flush_log_at_trx_commit`: 1 keeps what was acknowledged. */
  flush: number;
  maxConnections: number;
  readOnly: boolean;
  charset: string;
  /** What the server's clock says, in milliseconds since 1970. */
  now: number;
  /** The cipher of this connection; '' where it is not encrypted. */
  cipher: string;
}

/** What an installation has to know of the server that it is connected to. One statement. */
export async function readServerFacts(db: Sql): Promise<ServerFacts> {
  const [rows] = await db.execute(sql`
    select version() as version, ifnull(database(), '') as \`database\`, @@innodb_flush_log_at_trx_commit as flush,
      @@max_connections as maxConnections, @@global.read_only as readOnly, @@character_set_database as charset,
      unix_timestamp(now(6)) * 1000 as now,
      (select variable_value from information_schema.session_status where variable_name = 'SSL_CIPHER') as cipher`);
  const [row] = rows as unknown as Record<keyof ServerFacts, string | number | null>[];
  if (row === undefined) throw new Error('a select without a table gives a row');
  return {
    version: String(row.version),
    database: String(row.database),
    flush: Number(row.flush),
    maxConnections: Number(row.maxConnections),
    readOnly: Number(row.readOnly) !== 0,
    charset: String(row.charset),
    now: Number(row.now),
    cipher: row.cipher === null ? '' : String(row.cipher),
  };
}

/** The rights of this user in the database that it is connected to, in lower case: `select`, `create`. */
export async function readRights(db: Sql): Promise<Set<string>> {
  // The name of a database stands there as a pattern, in which `_` is escaped.
  const [rows] = await db.execute(sql`
    select lower(privilege_type) as name from information_schema.schema_privileges
      where database() like table_schema and grantee = concat('''', replace(current_user(), '@', '''@'''), '''')
    union
    select lower(privilege_type) from information_schema.user_privileges
      where grantee = concat('''', replace(current_user(), '@', '''@'''), '''')`);
  const rights = new Set((rows as unknown as { name: string }[]).map(({ name }) => name));
  rights.delete('usage');
  return rights;
}
