import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';

/** Reads MariaDB past every proxy, with SQL of its own: the checker must not trust what it checks. */
export async function withDatabase<Result>(
  url: string,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await createConnection({ uri: url, dateStrings: true, supportBigNumbers: true });
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
