import type { Database } from './engine/client.ts';
import { databaseError } from './engine/database-error.ts';

/** No account has it: a table is asked, and none of its rows is read. */
const zero = '00000000-0000-0000-0000-000000000000';

/** Whether the database can be read and written, and by which error it says that it cannot. */
export type DatabaseState = { up: true } | { up: false; error: unknown };

/**
 * Asks the database how it is. One that only reads is not up, since half of what it is asked would fail; nor is a node of a cluster
 * that is cut off, which answers as long as it is asked for no table. Never rejects.
 */
export async function stateOf(db: Database): Promise<DatabaseState> {
  try {
    const [rows] = await db.$client.query(
      `select @@global.read_only as readOnly, exists (select 1 from accounts where id <= '${zero}') as used`,
    );
    const [row] = rows as { readOnly: number }[];
    if (row?.readOnly === 0) return { up: true };
    return { up: false, error: databaseError('ER_READ_ONLY_MODE', 'the server is read-only') };
  } catch (error) {
    return { up: false, error };
  }
}

/** How a database is that has not said it in time. */
export const silentFor = (ms: number): DatabaseState => ({
  up: false,
  error: databaseError('PROTOCOL_SEQUENCE_TIMEOUT', `no answer within ${ms} ms`),
});
