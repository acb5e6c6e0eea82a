import { deleteOutbox, takeDueOutbox } from '../../db/outbox.ts';
import type { OutboxChannel, OutboxRow } from '../../db/outbox.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';

const [second, hour] = [1000, 3600 * 1000];

/** Rows taken at once. */
const batch = 100;

/** How the outbox is tried on a channel. */
interface Patience {
  /** The pause after the first try, in milliseconds; then twice as long each time, up to `longestMs`. */
  shortestMs: number;
  longestMs: number;
  /** How long after it happened an event is still news. */
  newsMs: number;
}

/** An event for sockets is news for a day; what it told of can be read for ever. A room is told however long it takes. */
const patience: Record<OutboxChannel, Patience> = {
  account: { shortestMs: 5 * second, longestMs: 300 * second, newsMs: 24 * hour },
  room: { shortestMs: 5 * second, longestMs: 300 * second, newsMs: Number.POSITIVE_INFINITY },
  // Longer than a mail server may take: nobody is written to again while it still reads the first time.
  email: { shortestMs: 60 * second, longestMs: hour, newsMs: 72 * hour },
  sms: { shortestMs: 60 * second, longestMs: hour, newsMs: 24 * hour },
};

type Counts = { delivered: number; left: number; dropped: number };
type DeliverPorts = Pick<Ports, 'db' | 'clock' | 'delivery'>;

/**
 * Delivers what is due in the outbox for sockets and rooms: what was lost with a process, or could not be told because Redis or MariaDB
 * was away. Two at once take different rows; one that dies leaves its rows to the next.
 */
export async function deliverOutbox(ports: DeliverPorts): Promise<Counts> {
  const counts = noCounts();
  const take = takerOf(ports);
  for (const channel of ['room', 'account'] as const) await deliverChannel(ports, channel, counts, take);
  return counts;
}

/**
 * The same for mails and text messages: a job of its own, and its channels side by side, so that a mail server which hangs delays mails,
 * and nothing else.
 */
export async function deliverNotices(ports: DeliverPorts): Promise<Counts> {
  const counts = noCounts();
  const take = takerOf(ports);
  await Promise.all((['email', 'sms'] as const).map((channel) => deliverChannel(ports, channel, counts, take)));
  return counts;
}

const noCounts = (): Counts => ({ delivered: 0, left: 0, dropped: 0 });

type Take = (channel: OutboxChannel, now: number) => Promise<OutboxRow[]>;

/** Takes what is due, one channel after another: who looks for the end of one locks the first row of the next, which would be skipped. */
function takerOf({ db }: DeliverPorts): Take {
  let last: Promise<unknown> = Promise.resolve();
  return (channel, now) => {
    const { shortestMs, longestMs } = patience[channel];
    const pauseMs = (attempts: number) => Math.min(shortestMs * 2 ** Math.min(attempts, 10), longestMs);
    const taken = last.then(() => takeDueOutbox(db, channel, toInstant(now), batch, pauseMs));
    last = taken.catch(() => {});
    return taken;
  };
}

async function deliverChannel(
  { db, clock, delivery }: DeliverPorts,
  channel: OutboxChannel,
  counts: Counts,
  take: Take,
): Promise<void> {
  const { newsMs } = patience[channel];
  for (;;) {
    const now = clock.now();
    const rows = await take(channel, now);
    const stale = rows.filter(({ happenedAt }) => now - Date.parse(happenedAt) > newsMs);
    if (stale.length > 0) await deleteOutbox(db, stale);
    const told = await delivery.redeliver(rows.filter((row) => !stale.includes(row)));
    counts.delivered += told.length;
    counts.dropped += stale.length;
    counts.left += rows.length - told.length - stale.length;
    // A whole batch in vain: nobody takes anything at the moment, and the rest would wait for as long each.
    if (rows.length < batch || told.length + stale.length === 0) return;
  }
}
