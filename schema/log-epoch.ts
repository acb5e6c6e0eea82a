import { mysqlTable, tinyint } from 'drizzle-orm/mysql-core';
import { instant, uuid } from './columns.ts';
import type { LogEpoch } from './ids.ts';

/**
 * One row: which past the logs of all rooms have. After a restore the same sequences number other messages, so whoever
 * restores the database begins a new epoch; a cursor means something within its own epoch alone.
 */
export const logEpoch = mysqlTable('log_epoch', {
  /** Always 1. */
  singleton: tinyint('singleton').primaryKey(),
  epoch: uuid<LogEpoch>('epoch').notNull(),
  begunAt: instant('begun_at').notNull(),
});
