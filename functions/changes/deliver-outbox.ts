import { deleteOutbox, takeDueOutbox } from '../../db/outbox.ts';
import type { OutboxChannel } from '../../db/outbox.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';

/** Rows taken at once. */
const batch = 100;
/** The pause before a row is tried again: 5 seconds, then twice as long each time, 5 minutes at most. */
const pauseMs = (attempts: number): number => Math.min(5_000 * 2 ** Math.min(attempts, 10), 300_000);
/** An event for sockets is news for a day; what it told of can be read for ever. A room is told however long it takes. */
const newsMs: Record<OutboxChannel, number> = { account: 24 * 3600 * 1000, room: Number.POSITIVE_INFINITY };

/**
 * Delivers what is due in the outbox: what was lost with a process, or could not be told because Redis or MariaDB was away. Two
 * at once take different rows; one that dies leaves its rows to the next.
 */
export async function deliverOutbox({
  db,
  clock,
  delivery,
}: Pick<Ports, 'db' | 'clock' | 'delivery'>): Promise<{ delivered: number; left: number; dropped: number }> {
  const counts = { delivered: 0, left: 0, dropped: 0 };
  for (;;) {
    const now = clock.now();
    const rows = await takeDueOutbox(db, toInstant(now), batch, pauseMs);
    const stale = rows.filter(({ channel, happenedAt }) => now - Date.parse(happenedAt) > newsMs[channel]);
    const told = await delivery.redeliver(rows.filter((row) => !stale.includes(row)));
    const done = [...told, ...stale];
    if (done.length > 0) await deleteOutbox(db, done);
    counts.delivered += told.length;
    counts.dropped += stale.length;
    counts.left += rows.length - done.length;
    if (rows.length < batch) return counts;
  }
}
