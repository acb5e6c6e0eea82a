import { and, asc, eq, gt, lte, sql } from 'drizzle-orm';
import { jobs } from '../schema/jobs.ts';
import type { jobOutcomes } from '../schema/jobs.ts';
import type { Sql } from './engine/client.ts';
import { statement } from './engine/statement.ts';
import { retryDeadlocks } from './engine/transaction.ts';

export type JobOutcome = (typeof jobOutcomes)[number];

// A lease is taken through one index and given back through another, so that two at once can wait for each other: each is tried again.

/** Makes rows for jobs that have none yet, due at once. Those that have one stay as they are. */
export async function ensureJobs(db: Sql, names: readonly string[], now: string): Promise<void> {
  await retryDeadlocks(() =>
    db
      .insert(jobs)
      .ignore()
      .values(names.map((name) => ({ name, dueAt: now, lockedUntil: now }))),
  );
}

const dueJobs = statement({ now: jobs.dueAt, free: jobs.lockedUntil }, (qb, { now, free }) =>
  qb
    .select({ name: jobs.name })
    .from(jobs)
    .where(and(lte(jobs.dueAt, now), lte(jobs.lockedUntil, free)))
    .orderBy(asc(jobs.dueAt)),
);

/** The names of jobs that are due and that nobody runs, the longest due first. */
export async function listDueJobs(db: Sql, now: string): Promise<string[]> {
  return (await dueJobs(db, { now, free: now })).map(({ name }) => name);
}

/** Takes the lease of a job that is due; false where somebody else has it, or has run the job meanwhile. */
export async function leaseJob(db: Sql, name: string, holder: string, now: string, until: string): Promise<boolean> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db
      .update(jobs)
      .set({ lockedUntil: until, lockedBy: holder, startedAt: now })
      .where(and(eq(jobs.name, name), lte(jobs.dueAt, now), lte(jobs.lockedUntil, now))),
  );
  return affectedRows === 1;
}

/** Keeps a lease for longer; false where it was lost, because it had run out and somebody else took it. */
export async function renewLease(db: Sql, name: string, holder: string, now: string, until: string): Promise<boolean> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db
      .update(jobs)
      .set({ lockedUntil: until })
      .where(and(eq(jobs.name, name), eq(jobs.lockedBy, holder), gt(jobs.lockedUntil, now))),
  );
  return affectedRows === 1;
}

/** Gives a lease back, says what came of the run, and when the next one is due. */
export async function finishJob(
  db: Sql,
  name: string,
  holder: string,
  run: { endedAt: string; outcome: JobOutcome; note: string; dueAt: string },
): Promise<void> {
  const { endedAt, outcome, note, dueAt } = run;
  await retryDeadlocks(() =>
    db
      .update(jobs)
      .set({
        lockedUntil: endedAt,
        lockedBy: null,
        endedAt,
        outcome,
        note: note.slice(0, 500),
        dueAt,
        runs: sql`${jobs.runs} + 1`,
      })
      .where(and(eq(jobs.name, name), eq(jobs.lockedBy, holder))),
  );
}

const allJobs = statement({}, (qb) =>
  qb
    .select({
      name: jobs.name,
      dueAt: jobs.dueAt,
      lockedUntil: jobs.lockedUntil,
      startedAt: jobs.startedAt,
      endedAt: jobs.endedAt,
      outcome: jobs.outcome,
      note: jobs.note,
      runs: jobs.runs,
    })
    .from(jobs)
    .orderBy(asc(jobs.name)),
);

/** Every job with its last run. There are a dozen. */
export async function listJobs(db: Sql) {
  return allJobs(db, {});
}
