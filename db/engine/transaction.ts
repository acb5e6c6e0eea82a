import type { Database, Lease, Sql, Transaction } from './client.ts';
import { databaseErrorCode, isTimeout, outageOf } from './database-error.ts';

/**
 * Two transactions stood in each other's way; nothing of ours was kept, so it may simply run again. In a cluster the other may have
 * run at another node: then it is the commit that says so.
 */
const retryable = new Set(['ER_LOCK_DEADLOCK', 'ER_CHECKREAD', 'ER_LOCK_WAIT_TIMEOUT']);
const isLostRace = (error: unknown): boolean => retryable.has(databaseErrorCode(error) ?? '');
/** A host went away, or has nothing to write to: another one may do what this one did not. */
const mayGoElsewhere = (error: unknown): boolean =>
  ['unreachable', 'read_only', 'not_ready'].includes(outageOf(error) ?? '');

const spoilt = new WeakSet<Sql>();

/**
 * Says that a statement failed which may have written some of its rows: the transaction can only be undone. With Galera of MariaDB 10.11
 * such rows go to the other nodes with the commit all the same, as soon as they fill more than one event of its log (8 KiB). The others
 * then refuse the commit, and the node that has acknowledged it leaves them, with all that it acknowledges from then on.
 */
export const spoil = (sql: Sql): void => void spoilt.add(sql);

/** Thrown by the work of a transaction that has to be undone and done again, in another way. */
export class RunAgain extends Error {
  override name = 'RunAgain';
}

const attempts = 5;

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

/** A transaction ends with its work, which must not hand it out: such a `work` fits no parameter. */
type NotLeaking<Result> = [Result] extends [never] ? unknown : Result extends Sql ? never : unknown;

/**
 * Runs `work` in one transaction on one connection and commits. What `work` throws rolls back and is thrown on; a
 * deadlock, or `RunAgain`, runs it again, up to five times, so `work` must do nothing outside the database. So does, in a cluster, a node that fails
 * before the commit; one that fails at the commit leaves the outcome unknown, which is an outage.
 */
export async function transaction<Result>(
  db: Database,
  work: ((tx: Transaction) => Promise<Result>) & NotLeaking<Result>,
): Promise<Result> {
  let lease: Lease | undefined;
  const progress = { atCommit: false };
  const mayRunAgain = (error: unknown) =>
    error instanceof RunAgain ||
    isLostRace(error) ||
    (db.$client.hasSeveralHosts && !progress.atCommit && mayGoElsewhere(error));
  return again(mayRunAgain, async () => {
    // What was rolled back counts for nothing.
    lease?.uncount();
    lease = await db.$client.lease();
    return runOnce(lease, work, progress);
  });
}

/** Runs a statement that stands for itself, outside of any transaction, and again after a deadlock, up to five times. */
export const retryDeadlocks = <Result>(run: () => Promise<Result>): Promise<Result> => again(isLostRace, run);

async function again<Result>(mayRunAgain: (error: unknown) => boolean, run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === attempts || !mayRunAgain(error)) throw error;
      // By chance, so that those who met once do not meet again.
      if (!(error instanceof RunAgain)) await pause(Math.random() * 5 * 2 ** attempt);
    }
  }
}

async function runOnce<Result>(
  lease: Lease,
  work: (tx: Transaction) => Promise<Result>,
  progress: { atCommit: boolean },
): Promise<Result> {
  let known = false;
  progress.atCommit = false;
  try {
    await lease.tx.$client.query('begin');
    let result: Result;
    try {
      result = await work(lease.tx);
    } catch (error) {
      known = !isTimeout(error) && (await isRolledBack(lease));
      throw error;
    }
    if (spoilt.has(lease.tx)) {
      known = await isRolledBack(lease);
      throw new Error('a statement of this transaction failed half-way: it can only be undone');
    }
    progress.atCommit = true;
    try {
      await lease.tx.$client.query('commit');
    } catch (error) {
      // Another node's transaction came first: of ours nothing was kept.
      known = databaseErrorCode(error) === 'ER_LOCK_DEADLOCK';
      throw error;
    }
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
    await tx.$client.query('rollback');
    return true;
  } catch {
    return false;
  }
}
