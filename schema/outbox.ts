import { index, mysqlEnum, mysqlTable, primaryKey, smallint, text, varchar } from 'drizzle-orm/mysql-core';
import { instant, json, token, uuid } from './columns.ts';
import type { AccountId, EventId, NoticeId } from './ids.ts';

/** To whom an event goes: the sockets of an account, the log of a room, or the mailbox or the telephone of an account. */
export const outboxChannels = ['account', 'room', 'email', 'sms'] as const;

/** How a person is reached outside the product. */
export const noticeChannels = ['email', 'sms'] as const;

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
    /** Where a mail or a text message goes, where that is not where the account is reached now: to its old address, say. */
    address: token('address', 254),
    /** In whose name a room is told. */
    senderId: uuid<AccountId>('sender_id').notNull(),
    happenedAt: instant('happened_at').notNull(),
    dueAt: instant('due_at').notNull(),
    attempts: smallint('attempts', { unsigned: true }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.channel, table.target] }),
    index('outbox_channel_due').on(table.channel, table.dueAt),
    // What the release before channels looks by, which still runs while this one starts: to be dropped by the next.
    index('outbox_due').on(table.dueAt),
  ],
);

/**
 * What was sent to people, where nobody sends anything: in development and tests, so that whoever builds on the product can read its
 * mails and text messages. In production nothing is written here.
 */
export const devNotices = mysqlTable(
  'dev_notices',
  {
    id: uuid<NoticeId>('id').primaryKey(),
    channel: mysqlEnum('channel', noticeChannels).notNull(),
    address: token('address', 254).notNull(),
    subject: varchar('subject', { length: 200 }).notNull(),
    body: text('body').notNull(),
    sentAt: instant('sent_at').notNull(),
  },
  (table) => [index('dev_notices_address').on(table.address, table.id), index('dev_notices_sent').on(table.sentAt)],
);
