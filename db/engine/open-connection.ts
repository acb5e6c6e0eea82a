import { createConnection } from 'mysql2/promise';
import type { Connection, ConnectionOptions } from 'mysql2/promise';

/** MariaDB's ER_ACCESS_DENIED_ERROR. */
export const accessDenied = 1045;

/** Opens one connection; where the server refuses a password, with the next. */
export async function openConnection(options: ConnectionOptions, passwords: readonly string[]): Promise<Connection> {
  for (let index = 0; ; index++) {
    try {
      const connection = await createConnection({ ...options, password: passwords[index] ?? '' });
      // What goes wrong with it is what its next statement rejects with.
      connection.on('error', () => {});
      return connection;
    } catch (error) {
      if ((error as { errno?: unknown }).errno !== accessDenied || index + 1 >= passwords.length) throw error;
    }
  }
}
