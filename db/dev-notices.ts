import { devNotices } from '../schema/outbox.ts';
import type { Sql } from './engine/client.ts';
import { insertRow } from './engine/write.ts';

export type DevNotice = typeof devNotices.$inferSelect;

/** Keeps what would have been sent, where nobody sends anything. */
export async function insertDevNotice(
  db: Sql,
  { id, channel, address, subject, body, sentAt }: DevNotice,
): Promise<void> {
  await insertRow(db, devNotices, { id, channel, address, subject, body, sentAt });
}
