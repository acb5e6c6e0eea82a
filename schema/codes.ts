import { index, mysqlEnum, mysqlTable, tinyint } from 'drizzle-orm/mysql-core';
import { instant, token, uuid } from './columns.ts';
import type { AccountId, CodeId } from './ids.ts';
import { noticeChannels } from './outbox.ts';

/** What a code is good for, and for nothing else. */
export const codePurposes = ['register', 'find_username', 'reset_password', 'change'] as const;

/**
 * Six digits that were sent to an address or a telephone, to prove whose it is. Neither they nor where they went is kept in clear: both
 * are hashed with a key of ours, since six digits alone are guessed from a hash at once.
 */
export const codes = mysqlTable(
  'codes',
  {
    id: uuid<CodeId>('id').primaryKey(),
    purpose: mysqlEnum('purpose', codePurposes).notNull(),
    channel: mysqlEnum('channel', noticeChannels).notNull(),
    targetHash: token('target_hash', 43).notNull(),
    codeHash: token('code_hash', 43).notNull(),
    /** Whose it is, where somebody is logged in, or found by where it went. Null: nobody's, and it opens nothing. */
    accountId: uuid<AccountId>('account_id'),
    tries: tinyint('tries', { unsigned: true }).notNull().default(0),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [
    index('codes_target').on(table.targetHash, table.purpose, table.id),
    index('codes_expires').on(table.expiresAt),
  ],
);
