import { index, mysqlTable, primaryKey } from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { instant, token, uuid } from './columns.ts';
import type { AccountId } from './ids.ts';

/** What an `Idempotency-Key` made: written in the same transaction as the thing itself. */
export const idempotencyKeys = mysqlTable(
  'idempotency_keys',
  {
    accountId: uuid<AccountId>('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    key: token('key', 64).notNull(),
    fingerprint: token('fingerprint', 43).notNull(),
    resourceId: uuid<string>('resource_id').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.key] }),
    index('idempotency_keys_created').on(table.createdAt),
  ],
);
