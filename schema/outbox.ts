import { index, mysqlEnum, mysqlTable, primaryKey, smallint } from 'drizzle-orm/mysql-core';
import { instant, json, uuid } from './columns.ts';
import type { AccountId, EventId } from './ids.ts';

/** To whom an event goes: the sockets of an account, or the log of a room. */
export const outboxChannels = ['account', 'room'] as const;

/**
 * What has to be told of a change, written in the change's own transaction. A row goes when it has been delivered; one that is
 * still here when it is due is delivered by a job, so that nothing is lost with a process or a connection.
 */
export const outbox = mysqlTable(
  'outbox',
  {
    eventId: uuid<EventId>('event_id').notNull(),
    channel: mysqlEnum('channel', outboxChannels).notNull(),
    /** The account or the room. */
    target: uuid<string>('target').notNull(),
    event: json<Record<string, unknown>>('event').notNull(),
    /** In whose name a room is told. */
    senderId: uuid<AccountId>('sender_id').notNull(),
    happenedAt: instant('happened_at').notNull(),
    dueAt: instant('due_at').notNull(),
    attempts: smallint('attempts', { unsigned: true }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.channel, table.target] }),
    index('outbox_due').on(table.dueAt),
  ],
);
