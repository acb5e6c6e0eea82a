import { and, asc, eq, lte, or } from 'drizzle-orm';
import { outbox } from '../schema/outbox.ts';
import type { outboxChannels } from '../schema/outbox.ts';
import type { Database, Sql, Transaction } from './engine/client.ts';
import { lockingStatement, number } from './engine/statement.ts';
import { retryDeadlocks, transaction } from './engine/transaction.ts';
import { bulkInsert } from './engine/write.ts';

export type OutboxChannel = (typeof outboxChannels)[number];
export type OutboxRow = Omit<typeof outbox.$inferSelect, 'attempts'> & { attempts: number };

const insertRows = bulkInsert(outbox, [
  'eventId',
  'channel',
  'target',
  'event',
  'address',
  'senderId',
  'happenedAt',
  'dueAt',
  'attempts',
]);

/** Writes down what is to be told, in the transaction of what it tells. */
export async function insertOutbox(tx: Transaction, rows: readonly OutboxRow[]): Promise<void> {
  await insertRows(tx, rows);
}

type Key = Pick<OutboxRow, 'eventId' | 'channel' | 'target'>;

/** These rows by their keys, each a look at the primary key: of a row constructor MariaDB makes a scan here. */
const oneOf = (rows: readonly Key[]) =>
  or(
    ...rows.map(({ eventId, channel, target }) =>
      and(eq(outbox.eventId, eventId), eq(outbox.channel, channel), eq(outbox.target, target)),
    ),
  );

/** Takes rows out that have been delivered. */
export async function deleteOutbox(db: Sql, rows: readonly Key[]): Promise<void> {
  await retryDeadlocks(() => db.delete(outbox).where(oneOf(rows)));
}

const dueRows = lockingStatement(
  { channel: outbox.channel, now: outbox.dueAt, limit: number },
  (qb, { channel, now, limit }) =>
    qb
      .select({
        eventId: outbox.eventId,
        channel: outbox.channel,
        target: outbox.target,
        event: outbox.event,
        address: outbox.address,
        senderId: outbox.senderId,
        happenedAt: outbox.happenedAt,
        dueAt: outbox.dueAt,
        attempts: outbox.attempts,
      })
      // By the older index it would lock other channels' rows.
      .from(outbox, { forceIndex: 'outbox_channel_due' })
      .where(and(eq(outbox.channel, channel), lte(outbox.dueAt, now)))
      .orderBy(asc(outbox.dueAt))
      .limit(limit)
      .for('update', { skipLocked: true }),
);

/**
 * Takes what is due at `now` on a channel, the longest due first, `limit` at most, and puts it off so that nobody else takes it meanwhile:
 * each row by `pauseMs` of how often it was tried already.
 */
export async function takeDueOutbox(
  db: Database,
  channel: OutboxChannel,
  now: string,
  limit: number,
  pauseMs: (attempts: number) => number,
): Promise<OutboxRow[]> {
  return transaction(db, async (tx) => {
    const rows = await dueRows(tx, { channel, now, limit });
    for (const [attempts, group] of Map.groupBy(rows, (row) => row.attempts)) {
      const later = new Date(Date.parse(now) + pauseMs(attempts)).toISOString();
      await tx
        .update(outbox)
        .set({ dueAt: later, attempts: Math.min(attempts + 1, 1000) })
        .where(oneOf(group));
    }
    return rows;
  });
}
