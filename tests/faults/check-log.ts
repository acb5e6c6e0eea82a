import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Ledger, Seen } from './ledger.ts';

const pageSize = 2_000;

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

/** The head of each room, in the ledger's order. */
export async function readHeads(connection: Connection, ledger: Ledger): Promise<number[]> {
  const [rows] = await connection.query<RowDataPacket[]>('select id, last_seq from rooms');
  const heads = new Map(rows.map((row) => [row['id'] as string, Number(row['last_seq'])]));
  return ledger.rooms.map(({ id }) => heads.get(id) ?? 0);
}

/** Reads what each room's log has gained since the last time, page by page, into the ledger; then its head must be there. */
export async function checkLog(connection: Connection, ledger: Ledger): Promise<void> {
  const heads = await readHeads(connection, ledger);
  for (const [index, room] of ledger.rooms.entries()) {
    for (;;) {
      const [rows] = await connection.query<RowDataPacket[]>(
        'select seq, client_id, sender_id, body, sent_at from messages where room_id = ? and seq > ? order by seq limit ?',
        [room.id, room.checked, pageSize],
      );
      for (const row of rows) ledger.log(index, toSeen(row));
      if (rows.length < pageSize) break;
    }
    if (room.checked !== heads[index]) {
      ledger.violations.add(
        'log-hole',
        `room ${index} says that its head is ${heads[index]}, its log ends at ${room.checked}`,
      );
    }
  }
}

const toSeen = (row: RowDataPacket): Seen => ({
  seq: Number(row['seq']),
  id: row['client_id'] as string,
  from: row['sender_id'] as string,
  body: row['body'] as string,
  at: `${(row['sent_at'] as string).replace(' ', 'T')}Z`,
});
