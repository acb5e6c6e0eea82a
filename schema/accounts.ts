import { sql } from 'drizzle-orm';
import { boolean, index, mysqlEnum, mysqlTable, uniqueIndex, varchar } from 'drizzle-orm/mysql-core';
import { instant, token, uuid } from './columns.ts';
import type { AccountId } from './ids.ts';

export const accountRoles = ['customer', 'driver', 'company', 'admin'] as const;
export const accountStates = ['pending', 'active', 'suspended'] as const;

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
    email: token('email', 254).notNull(),
    phone: token('phone', 16).notNull(),
    displayName: varchar('display_name', { length: 40 }).notNull(),
    passwordHash: varchar('password_hash', { length: 255 }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('accounts_username').on(table.username),
    uniqueIndex('accounts_email').on(table.email),
    uniqueIndex('accounts_phone').on(table.phone),
    index('accounts_operators').on(table.isOperator, table.state, table.id),
  ],
);
