import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { codes } from '../schema/codes.ts';
import type { CodeId } from '../schema/ids.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { listOf, statement } from './engine/statement.ts';
import { retryDeadlocks } from './engine/transaction.ts';
import { insertRow } from './engine/write.ts';
import type { Exactly } from './engine/write.ts';

type NewCode = typeof codes.$inferInsert;
export type CodePurpose = NewCode['purpose'];

/** Adds a code. Of several for one target and purpose the newest counts. */
export async function insertCode<Code extends NewCode>(tx: Transaction, code: Exactly<NewCode, Code>): Promise<void> {
  await insertRow(tx, codes, code);
}

const codesOfTarget = statement(
  { targetHashes: listOf(codes.targetHash), purpose: codes.purpose },
  (qb, { targetHashes, purpose }) =>
    qb
      .select({
        id: codes.id,
        targetHash: codes.targetHash,
        codeHash: codes.codeHash,
        accountId: codes.accountId,
        expiresAt: codes.expiresAt,
        usedAt: codes.usedAt,
      })
      .from(codes)
      .where(and(sql`${codes.targetHash} in ${targetHashes}`, eq(codes.purpose, purpose))),
);

/** The newest code of a target, which has a hash for each of our keys, for a purpose. */
export async function findNewestCode(db: Sql, targetHashes: readonly string[], purpose: CodePurpose) {
  // A handful: limits allow no more in the day after which they are gone. Several ranges in order would be a sort.
  const found = await codesOfTarget(db, { targetHashes, purpose });
  return found.toSorted((one, other) => (one.id < other.id ? 1 : -1))[0];
}

/** Counts a try of a code, before it is looked at. False where it had `most` of them, is used, or is over. */
export async function countTry(db: Sql, id: CodeId, now: string, most: number): Promise<boolean> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db
      .update(codes)
      .set({ tries: sql`${codes.tries} + 1` })
      .where(and(eq(codes.id, id), lt(codes.tries, most), isNull(codes.usedAt), gt(codes.expiresAt, now))),
  );
  return affectedRows === 1;
}

/** Uses a code up. False where somebody else has. */
export async function useCode(tx: Transaction, id: CodeId, usedAt: string): Promise<boolean> {
  const [{ affectedRows }] = await tx
    .update(codes)
    .set({ usedAt })
    .where(and(eq(codes.id, id), isNull(codes.usedAt)));
  return affectedRows === 1;
}

/** Deletes codes that were over before `before`, `limit` at most. Gives how many. */
export async function deleteExpiredCodes(db: Sql, before: string, limit: number): Promise<number> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db.delete(codes).where(lt(codes.expiresAt, before)).orderBy(codes.expiresAt).limit(limit),
  );
  return affectedRows;
}
