import { sql } from 'drizzle-orm';
import {
  index,
  int,
  mysqlEnum,
  mysqlTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  varchar,
} from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { instant, token, uuid } from './columns.ts';
import type { AccountId } from './ids.ts';

/** Where a driver stands with the company that it named last as its carrier. */
export const affiliationStates = ['none', 'requested', 'accepted'] as const;

/** The public face of a driver or a company. The sum and the number of ratings are kept by the review's transaction. */
export const operators = mysqlTable(
  'operators',
  {
    accountId: uuid<AccountId>('account_id')
      .primaryKey()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    introduction: text('introduction').notNull(),
    serviceArea: varchar('service_area', { length: 100 }).notNull(),
    businessNumber: varchar('business_number', { length: 10 }),
    address: varchar('address', { length: 200 }),
    fleetSize: smallint('fleet_size', { unsigned: true }),
    /** All ratings together in halves, 2 to 10 each: the rating is `ratingPoints / reviewCount / 2`, exact whatever is added. */
    ratingPoints: int('rating_points', { unsigned: true }).notNull().default(0),
    reviewCount: int('review_count', { unsigned: true }).notNull().default(0),
    /** The mean rating in thousandths of a half star, by which operators are sorted. MariaDB keeps it. */
    score: smallint('score', { unsigned: true }).generatedAlwaysAs(
      sql`(if(review_count = 0, 0, round(rating_points * 1000 / review_count)))`,
      { mode: 'stored' },
    ),
    /** How others reach it, once they may: any Korean number, where the account's own is for logging in. */
    contactPhone: token('contact_phone', 16),
    /** A link that people follow, and the product never does. */
    videoLink: varchar('video_link', { length: 500 }),
    garage: varchar('garage', { length: 200 }),
    /** Of a company: what its drivers name to belong to it. */
    companyCode: token('company_code', 8),
    /** Of its registration as a transport business. */
    registrationNumber: varchar('registration_number', { length: 40 }),
    /** Of a driver: the company that is its carrier, is asked to be, or was last. The contract party of its quotes is the carrier. */
    carrierId: uuid<AccountId>('carrier_id').references(() => accounts.id),
    affiliation: mysqlEnum('affiliation', affiliationStates).notNull().default('none'),
    affiliatedAt: instant('affiliated_at'),
    version: int('version', { unsigned: true }).notNull().default(1),
  },
  (table) => [
    uniqueIndex('operators_company_code').on(table.companyCode),
    index('operators_carrier').on(table.carrierId, table.affiliation, table.accountId),
    index('operators_score').on(table.score, table.accountId),
  ],
);

/** Where an operator drives: the provinces (sido), by their codes. */
export const operatorRegions = mysqlTable(
  'operator_regions',
  {
    accountId: uuid<AccountId>('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    region: token('region', 2).notNull(),
    /** The operator's own, so that a region's list is sorted by it: whoever changes an operator's ratings writes it here too. */
    score: smallint('score', { unsigned: true }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.region] }),
    index('operator_regions_region').on(table.region, table.accountId),
    index('operator_regions_score').on(table.region, table.score, table.accountId),
  ],
);
