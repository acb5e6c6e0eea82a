import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { inject } from 'vitest';

/**
 * Begins `work` while a suspension of the account is written and not committed, and commits it as soon as a statement waits for
 * it, or `work` has ended without waiting. Nobody is told of the suspension, and no session ends; afterwards the account is active
 * again. Gives what `work` gave.
 */
export async function suspendedMeanwhile<Result>(accountId: string, work: () => Promise<Result>): Promise<Result> {
  const open = () => createConnection(inject('databaseUrl'));
  const [holder, watcher] = await Promise.all([open(), open()]);
  const put = (state: string) => holder.query('update accounts set state = ? where id = ?', [state, accountId]);
  try {
    await holder.query('begin');
    await put('suspended');
    const result = work();
    await untilWaiting(watcher, accountId, result);
    await holder.query('commit');
    return await result;
  } finally {
    await holder.query('rollback');
    await put('active');
    await Promise.all([holder.end(), watcher.end()]);
  }
}

/** A statement that names the account and is seen twice waits: the others take less than a millisecond. */
async function untilWaiting(watcher: Connection, accountId: string, work: Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  work.then(end, end);
  let before: unknown[] = [];
  while (!ended.signal.aborted) {
    const [rows] = await watcher.query<RowDataPacket[]>(
      `select query_id as id from information_schema.processlist
       where db = database() and id <> connection_id() and command = 'Query' and info like ?`,
      [`%${accountId}%`],
    );
    const running = rows.map(({ id }) => id);
    if (running.some((id) => before.includes(id))) return;
    before = running;
    await pause(20);
  }
}
