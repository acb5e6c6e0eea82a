import type { Connection } from 'mysql2/promise';
import { listRooms } from '../rooms.ts';
import type { Traffic } from '../traffic.ts';
import { rowsOf } from './database.ts';

/** The newest entries of a room among which its unread texts are counted (docs/api.md). */
const countedEntries = 1_000;

/**
 * How every account's rooms stand, over HTTP: each read mark is where reading has moved it, and as the database has it, and
 * unread are the texts of others behind it that were not deleted.
 *
 * @param tokens one of each account
 */
export async function checkRooms(connection: Connection, traffic: Traffic, tokens: readonly string[]): Promise<void> {
  const { api, ledger, marks, passes, roomIndex } = traffic;
  for (const [account, token] of tokens.entries()) {
    const { id: accountId, username } = passes.guest(account);
    const shown = await untilAnswered(() => listRooms(api, token));
    const stored = await rowsOf(
      connection,
      `select r.id, r.last_seq, m.read_seq, (
         select count(*) from messages e
         where e.room_id = m.room_id and e.seq > greatest(m.read_seq, cast(r.last_seq as signed) - ?)
           and e.kind = 'text' and e.deleted_at is null and e.sender_id <> m.account_id
       ) as unread
       from room_members m join rooms r on r.id = m.room_id where m.account_id = ?`,
      [countedEntries, accountId],
    );
    if (shown?.length !== stored.length) {
      ledger.violations.add('view-foreign', `${username} is shown ${shown?.length} rooms, and has ${stored.length}`);
    }
    const byId = new Map(shown?.map((room) => [room.id, room]));
    for (const row of stored) {
      const room = roomIndex.get(row['id'] as string) ?? -1;
      const [head, read, unread] = [Number(row['last_seq']), Number(row['read_seq']), Number(row['unread'])];
      const said = byId.get(row['id'] as string);
      marks.settle(account, room, read, head, 'the database');
      if (said === undefined) continue;
      const where = `${username} in room ${room}`;
      if (said.read !== read) ledger.violations.add('mark-back', `${where} is told ${said.read}, and has read ${read}`);
      if (said.unread !== unread) {
        ledger.violations.add('unread-wrong', `${where} is told of ${said.unread} unread, and has ${unread}`);
      }
    }
  }
}

/** Nothing is broken any more: an answer comes. */
export async function untilAnswered<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => void setTimeout(resolve, 100));
  }
  return undefined;
}
