import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Ledger, Seen } from '../ledger.ts';
import { rowsOf } from './database.ts';

const pageSize = 2_000;

/** The head of each room, in the ledger's order. */
export async function readHeads(connection: Connection, ledger: Ledger): Promise<number[]> {
  const rows = await rowsOf(connection, 'select id, last_seq from rooms');
  const heads = new Map(rows.map((row) => [row['id'] as string, Number(row['last_seq'])]));
  return ledger.rooms.map(({ id }) => heads.get(id) ?? 0);
}

/**
 * Reads what each room's log has gained since the last time, page by page, into the ledger; then its head must be there, and
 * every text as the edits and deletions in the log have left it.
 */
export async function checkLog(connection: Connection, ledger: Ledger): Promise<void> {
  const heads = await readHeads(connection, ledger);
  for (const [index, room] of ledger.rooms.entries()) {
    const touched = new Map<number, Seen>();
    for (;;) {
      const rows = await rowsOf(
        connection,
        `select seq, client_id, sender_id, kind, body, target_seq, sent_at from messages
         where room_id = ? and seq > ? order by seq limit ?`,
        [room.id, room.checked, pageSize],
      );
      for (const row of rows) {
        const entry = toSeen(row);
        ledger.log(index, entry);
        if (entry.kind === 'text') touched.set(entry.seq, entry);
        else if (entry.body !== '') ledger.violations.add('deleted-read', `${entry.id} has a text of its own`);
      }
      if (rows.length < pageSize) break;
    }
    if (room.checked !== heads[index]) {
      ledger.violations.add(
        'log-hole',
        `room ${index} says that its head is ${heads[index]}, its log ends at ${room.checked}`,
      );
    }
    for (const target of room.texts.takeFresh()) {
      const [row] = await rowsOf(
        connection,
        'select seq, client_id, sender_id, kind, body, target_seq, sent_at from messages where room_id = ? and seq = ?',
        [room.id, target],
      );
      if (row) touched.set(target, toSeen(row));
      else ledger.violations.add('log-hole', `the text at ${target} of room ${index} is not there`);
    }
    for (const entry of touched.values()) ledger.stands(index, entry, 'the log');
  }
  const [count] = await rowsOf(
    connection,
    `select count(*) as count from messages
     where room_id in (?) and body <> '' and (deleted_at is not null or kind in ('edit', 'deletion'))`,
    [ledger.rooms.map(({ id }) => id)],
  );
  if (Number(count?.['count']) > 0) {
    ledger.violations.add('deleted-read', `${count?.['count']} rows of the log have a text that they should not`);
  }
}

const toSeen = (row: RowDataPacket): Seen => ({
  seq: Number(row['seq']),
  id: row['client_id'] as string,
  from: row['sender_id'] as string,
  kind: row['kind'] as string,
  body: row['body'] as string,
  at: `${(row['sent_at'] as string).replace(' ', 'T')}Z`,
  target: row['target_seq'] === null ? undefined : Number(row['target_seq']),
});
