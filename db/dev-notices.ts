import { asc, gt, lt } from 'drizzle-orm';
import type { NoticeId } from '../schema/ids.ts';
import { devNotices } from '../schema/outbox.ts';
import type { Sql } from './engine/client.ts';
import { List } from './engine/list.ts';
import type { PageRequestOf } from './engine/list.ts';
import { retryDeadlocks } from './engine/transaction.ts';
import { insertRow } from './engine/write.ts';

const nil = '00000000-0000-0000-0000-000000000000' as NoticeId;

export type DevNotice = typeof devNotices.$inferSelect;

/** Keeps what would have been sent, where nobody sends anything. */
export async function insertDevNotice(
  db: Sql,
  { id, channel, address, subject, body, sentAt }: DevNotice,
): Promise<void> {
  await insertRow(db, devNotices, { id, channel, address, subject, body, sentAt });
}

export const keptNotices = new List({
  table: devNotices,
  scope: {},
  filters: { address: devNotices.address },
  orders: { new: { by: { id: devNotices.id }, direction: 'desc' } },
  needs: {},
  // Every id: that makes a range of the index, of which no more is read than is shown.
  extraWhere: () => gt(devNotices.id, nil),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({
        id: devNotices.id,
        channel: devNotices.channel,
        address: devNotices.address,
        subject: devNotices.subject,
        body: devNotices.body,
        sentAt: devNotices.sentAt,
      })
      .from(devNotices, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** What would have been sent, to one address or to all, the newest first. */
export const listDevNotices = (db: Sql, wanted: PageRequestOf<typeof keptNotices>) => keptNotices.page(db, {}, wanted);

/** Deletes the oldest of what was kept before `before`, `limit` at most. Gives how many. */
export async function deleteDevNotices(db: Sql, before: string, limit: number): Promise<number> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db.delete(devNotices).where(lt(devNotices.sentAt, before)).orderBy(asc(devNotices.sentAt)).limit(limit),
  );
  return affectedRows;
}
