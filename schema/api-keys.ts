import { index, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { instant, json, token, uuid } from './columns.ts';
import type { AccountId, ApiKeyId } from './ids.ts';

/** A key with which a program acts for an account, within its scopes. Shown once; kept as its SHA-256. */
export const apiKeys = mysqlTable(
  'api_keys',
  {
    id: uuid<ApiKeyId>('id').primaryKey(),
    accountId: uuid<AccountId>('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    name: varchar('name', { length: 60 }).notNull(),
    hash: token('hash', 43).notNull(),
    /** Its last characters, by which its owner tells it from others. */
    hint: token('hint', 8).notNull(),
    scopes: json<string[]>('scopes').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    /** To within a minute, so that a read is no write. */
    lastUsedAt: instant('last_used_at'),
    lastUsedFrom: token('last_used_from', 45),
    revokedAt: instant('revoked_at'),
  },
  (table) => [uniqueIndex('api_keys_hash').on(table.hash), index('api_keys_account').on(table.accountId, table.id)],
);
