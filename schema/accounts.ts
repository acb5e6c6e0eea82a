import { sql } from 'drizzle-orm';
import { boolean, index, int, mysqlEnum, mysqlTable, primaryKey, uniqueIndex, varchar } from 'drizzle-orm/mysql-core';
import { instant, json, token, uuid } from './columns.ts';
import type { AccountId } from './ids.ts';

export const accountRoles = ['customer', 'driver', 'company', 'admin'] as const;
export const accountStates = ['pending', 'active', 'suspended', 'closed'] as const;

/** In which language somebody is written to. */
export const languages = ['ko', 'en'] as const;

/** What somebody agrees to: the first two are needed, the third is theirs to give and to take back. */
export const consentKinds = ['terms', 'privacy', 'marketing'] as const;

/** Everyone who can log in. An operator (driver or company) has a row in `operators` as well. */
export const accounts = mysqlTable(
  'accounts',
  {
    id: uuid<AccountId>('id').primaryKey(),
    /** `system` is the product's own account alone (systemAccountId), which no answer shows. */
    role: mysqlEnum('role', [...accountRoles, 'system'])
      .$type<(typeof accountRoles)[number]>()
      .notNull(),
    state: mysqlEnum('state', accountStates).notNull(),
    /** What a suspended account was before, and is again once it is restored. */
    suspendedFrom: mysqlEnum('suspended_from', ['pending', 'active']),
    /** Kept by MariaDB from the role, so that drivers and companies are one range of one index. */
    isOperator: boolean('is_operator').generatedAlwaysAs(sql`(role in ('driver', 'company'))`, { mode: 'stored' }),
    /** These three in their normal forms (functions/accounts/fields.ts), and compared byte for byte. */
    username: token('username', 32).notNull(),
    email: token('email', 254),
    phone: token('phone', 16),
    /** When a code that was sent there came back; one may log in with what is proven. Null with another address or number. */
    emailVerifiedAt: instant('email_verified_at'),
    phoneVerifiedAt: instant('phone_verified_at'),
    displayName: varchar('display_name', { length: 40 }).notNull(),
    language: mysqlEnum('language', languages).notNull().default('ko'),
    passwordHash: varchar('password_hash', { length: 255 }).notNull(),
    createdAt: instant('created_at').notNull(),
    /** Why an admin shut it out, or did not verify it: said to whom it concerns. */
    decisionReason: varchar('decision_reason', { length: 500 }),
    closedAt: instant('closed_at'),
    version: int('version', { unsigned: true }).notNull().default(1),
  },
  (table) => [
    uniqueIndex('accounts_username').on(table.username),
    uniqueIndex('accounts_email').on(table.email),
    uniqueIndex('accounts_phone').on(table.phone),
    index('accounts_operators').on(table.isOperator, table.state, table.id),
    index('accounts_role').on(table.role, table.id),
    index('accounts_state').on(table.state, table.id),
    index('accounts_role_state').on(table.role, table.state, table.id),
  ],
);

/**
 * What somebody agreed to, in which version, and when; of an optional one also when it was taken back. One row for each version, so
 * that what was agreed to is never written over.
 */
export const consents = mysqlTable(
  'consents',
  {
    accountId: uuid<AccountId>('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    kind: mysqlEnum('kind', consentKinds).notNull(),
    version: token('version', 16).notNull(),
    givenAt: instant('given_at').notNull(),
    withdrawnAt: instant('withdrawn_at'),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.kind, table.version] })],
);

/** What the law has us keep of an account that was closed, apart from everything that works, until a day. */
export const closedAccounts = mysqlTable(
  'closed_accounts',
  {
    accountId: uuid<AccountId>('account_id')
      .primaryKey()
      .references(() => accounts.id),
    kept: json<Record<string, unknown>>('kept').notNull(),
    closedAt: instant('closed_at').notNull(),
    keptUntil: instant('kept_until').notNull(),
  },
  (table) => [index('closed_accounts_kept').on(table.keptUntil)],
);
