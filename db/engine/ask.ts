import type { Connection, QueryOptions } from 'mysql2';
import type { Watchdog } from './watchdog.ts';

/** What the driver's callback gives: rows, or what a write came to, and the columns. */
export type Answer = [rows: unknown, fields: unknown];

/**
 * Runs a statement on a connection. By the driver's callbacks: its promises capture a stack for each statement, and each statement has a
 * timer.
 *
 * @throws what the server or the driver says; `code: 'PROTOCOL_SEQUENCE_TIMEOUT'`, the driver's own, where the watchdog's time is up: the
 * answer is still due, so that nobody may use the connection any more
 */
export function ask(
  connection: Connection,
  query: QueryOptions,
  values: unknown[] | undefined,
  watchdog: Watchdog,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const watched = watchdog.watch(() => reject(overdue()));
    connection.query(query, values, (error, rows, fields) => {
      watchdog.letGo(watched);
      if (error) reject(error);
      else resolve([rows, fields]);
    });
  });
}

const overdue = () => Object.assign(new Error('the statement took too long'), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' });
