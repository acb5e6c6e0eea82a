import type { Connection, RowDataPacket } from 'mysql2/promise';
import { openSingle } from '../../../db/engine/open-single.ts';

/** Reads MariaDB past every proxy, with SQL of its own: the checker must not trust what it checks. */
export async function withDatabase<Result>(
  url: string,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await openSingle(url);
  try {
    return await use(connection);
  } finally {
    connection.destroy();
  }
}

/** The rows of one statement. */
export async function rowsOf(connection: Connection, sql: string, values: unknown[] = []): Promise<RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql, values);
  return rows;
}
