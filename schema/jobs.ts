import { index, int, mysqlEnum, mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { instant, token } from './columns.ts';

export const jobOutcomes = ['done', 'failed'] as const;

/**
 * The jobs that run now and then, one row each. `lockedUntil` is a lease: whoever moved it runs the job, and who dies holding it
 * holds up nobody for longer than that.
 */
export const jobs = mysqlTable(
  'jobs',
  {
    name: token('name', 64).primaryKey(),
    dueAt: instant('due_at').notNull(),
    lockedUntil: instant('locked_until').notNull(),
    /** A word of the process's own that holds the lease, so that it gives back no lease but its own. */
    lockedBy: token('locked_by', 36),
    startedAt: instant('started_at'),
    endedAt: instant('ended_at'),
    outcome: mysqlEnum('outcome', jobOutcomes),
    /** What the last run had to say: counts, or the error's first line. */
    note: varchar('note', { length: 500 }),
    runs: int('runs', { unsigned: true }).notNull().default(0),
  },
  (table) => [index('jobs_due').on(table.dueAt)],
);
