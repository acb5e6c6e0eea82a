import type { Connection, RowDataPacket } from 'mysql2/promise';

interface PlanRow extends RowDataPacket {
  table: string | null;
  type: string | null;
  key: string | null;
  rows: number | null;
  Extra: string | null;
}

export interface Plan {
  /** False where MariaDB found by the values alone that no row fits, and planned nothing. */
  planned: boolean;
  /** What would be slow with many rows, in words. */
  faults: string[];
}

/** How MariaDB would run a statement with these values. */
export async function planOf(connection: Connection, sql: string, values: unknown[]): Promise<Plan> {
  const [rows] = await connection.query<PlanRow[]>(`explain ${sql}`, values);
  // What a statement brings with it is no table.
  const ofTables = rows.filter(
    ({ table, type, Extra }) =>
      table !== null && !table.startsWith('<') && type !== null && !Extra?.includes('Table function: json_table'),
  );
  return {
    planned: ofTables.length > 0,
    faults: ofTables.flatMap(({ table, type, key, rows: read, Extra }) => {
      const where = `${table} (${type}, key ${key}, about ${read} rows)`;
      const extra = Extra ?? '';
      return [
        type === 'ALL' && `reads all of ${where}`,
        type === 'index' && `reads a whole index of ${where}`,
        extra.includes('Using filesort') && `sorts what it read of ${where}`,
        extra.includes('Using temporary') && `fills a temporary table from ${where}`,
        extra.includes('Using join buffer') && `joins without an index: ${where}`,
      ].filter((fault) => fault !== false);
    }),
  };
}
