import type { Database } from './engine/client.ts';

/** Whether the database can be read and written, and by which error it says that it cannot. */
export type DatabaseState = { up: true } | { up: false; error: unknown };

/** Asks the database how it is. One that only reads is not up: half of what it is asked would fail. Never rejects. */
export async function stateOf(db: Database): Promise<DatabaseState> {
  try {
    const [rows] = await db.$client.query('select @@global.read_only as readOnly');
    const [row] = rows as { readOnly: number }[];
    return row?.readOnly === 0 ? { up: true } : { up: false, error: new Error('the server is read-only') };
  } catch (error) {
    return { up: false, error };
  }
}
