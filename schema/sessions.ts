import { index, mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { instant, token, uuid } from './columns.ts';
import type { AccountId, SessionId } from './ids.ts';

/** One log-in: the family of all refresh tokens that came from it. `endedAt` ends them together. */
export const sessions = mysqlTable(
  'sessions',
  {
    id: uuid<SessionId>('id').primaryKey(),
    accountId: uuid<AccountId>('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    endedAt: instant('ended_at'),
    /** What the log-in came from, in its own words (`User-Agent`), and from where. */
    device: varchar('device', { length: 200 }),
    address: token('address', 45),
    /** When its refresh token was traded last. */
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [
    index('sessions_account').on(table.accountId),
    index('sessions_mine').on(table.accountId, table.id),
    index('sessions_ended').on(table.endedAt),
  ],
);

/** Refresh tokens by their SHA-256. A used one stays, so that a second use of it is recognised. */
export const refreshTokens = mysqlTable(
  'refresh_tokens',
  {
    hash: token('hash', 43).primaryKey(),
    sessionId: uuid<SessionId>('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
    /** The network from which it was used, and what its successor was derived with: for an answer that was lost. */
    usedFrom: token('used_from', 45),
    successorSalt: token('successor_salt', 43),
  },
  (table) => [index('refresh_tokens_session').on(table.sessionId), index('refresh_tokens_expires').on(table.expiresAt)],
);
