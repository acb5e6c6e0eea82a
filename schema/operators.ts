import { int, mysqlTable, smallint, text, varchar } from 'drizzle-orm/mysql-core';
import { accounts } from './accounts.ts';
import { uuid } from './columns.ts';
import type { AccountId } from './ids.ts';

/** The public face of a driver or a company. The sum and the number of ratings are kept by the review's transaction. */
export const operators = mysqlTable('operators', {
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
});
