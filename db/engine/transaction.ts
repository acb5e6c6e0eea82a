import { sql } from 'drizzle-orm';
import type { Database, Lease, Sql, Transaction } from './client.ts';
import { databaseErrorCode, isTimeout } from './database-error.ts';

/** Two transactions stood in each other's way; nothing of ours was kept, so it may simply run again. */
const retryable = new Set(['ER_LOCK_DEADLOCK', 'ER_CHECKREAD', 'ER_LOCK_WAIT_TIMEOUT']);
const attempts = 5;

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** A transaction ends with its work, which must not hand it out: such a `work` fits no parameter. */
type NotLeaking<Result> = [Result] extends [never] ? unknown : Result extends Sql ? never : unknown;

/**
 * Runs `work` in one transaction on one connection and commits. What `work` throws rolls back and is thrown on; a
 * deadlock runs it again, up to five times, so `work` must do nothing outside the database.
 */
export async function transaction<Result>(
  db: Database,
  work: ((tx: Transaction) => Promise<Result>) & NotLeaking<Result>,
): Promise<Result> {
  let lease: Lease | undefined;
  return retryDeadlocks(async () => {
    // What was rolled back counts for nothing.
    lease?.uncount();
    lease = await db.$client.lease();
    return runOnce(lease, work);
  });
}

/** Runs a statement that stands for itself, outside of any transaction, and again after a deadlock, up to five times. */
export async function retryDeadlocks<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === attempts || !retryable.has(databaseErrorCode(error) ?? '')) throw error;
      // By chance, so that those who met once do not meet again.
      await pause(Math.random() * 5 * 2 ** attempt);
    }
  }
}

async function runOnce<Result>(lease: Lease, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  let known = false;
  try {
    await lease.tx.execute(sql`begin`);
    let result: Result;
    try {
      result = await work(lease.tx);
    } catch (error) {
      known = !isTimeout(error) && (await isRolledBack(lease));
      throw error;
    }
    await lease.tx.execute(sql`commit`);
    known = true;
    return result;
  } finally {
    // A connection that failed in begin, commit or rollback may still hold locks: never give it to the next caller.
    if (known) lease.release();
    else lease.discard();
  }
}

/** Where even this fails, what `work` threw says why. */
async function isRolledBack({ tx }: Lease): Promise<boolean> {
  try {
    await tx.execute(sql`rollback`);
    return true;
  } catch {
    return false;
  }
}
