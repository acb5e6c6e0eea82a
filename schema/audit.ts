import { index, mysqlEnum, mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { instant, json, token, uuid } from './columns.ts';
import type { AccountId, AuditId } from './ids.ts';

export const actorKinds = ['account', 'visitor', 'job', 'webhook', 'console'] as const;

/**
 * Who did what, to what, when and from where. Written in the transaction of the change itself, never changed, and without
 * foreign keys: a line outlives what it tells of.
 */
export const audit = mysqlTable(
  'audit',
  {
    id: uuid<AuditId>('id').primaryKey(),
    actorKind: mysqlEnum('actor_kind', actorKinds).notNull(),
    /** The account that acted; null where none did. */
    actorId: uuid<AccountId>('actor_id'),
    /** The job's name, or the provider's; of an account that acted by a key, the key's id. */
    actorName: varchar('actor_name', { length: 128 }),
    /** `order.select`: the kind of the subject, and what was done to it. */
    action: token('action', 64).notNull(),
    subjectKind: token('subject_kind', 32).notNull(),
    subjectId: uuid<string>('subject_id').notNull(),
    address: token('address', 45),
    /** The request's own, or the provider's of its event. */
    requestId: token('request_id', 64),
    at: instant('at').notNull(),
    details: json<Record<string, unknown>>('details'),
  },
  (table) => [
    index('audit_actor').on(table.actorId, table.id),
    index('audit_subject').on(table.subjectKind, table.subjectId, table.id),
    index('audit_action').on(table.action, table.id),
  ],
);
