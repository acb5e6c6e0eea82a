import { and, eq } from 'drizzle-orm';
import { idempotencyKeys } from '../schema/idempotency.ts';
import type { Database } from './client.ts';
import { duplicateIndex } from './driver-errors.ts';
import { given, statement } from './statement.ts';

export type IdempotencyClaim = typeof idempotencyKeys.$inferSelect;

const findClaim = statement((qb) =>
  qb
    .select({ fingerprint: idempotencyKeys.fingerprint, resourceId: idempotencyKeys.resourceId })
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.accountId, given(idempotencyKeys.accountId, 'accountId')),
        eq(idempotencyKeys.key, given(idempotencyKeys.key, 'key')),
      ),
    )
    .for('update'),
);

/**
 * Takes the key for this transaction, or gives what an earlier request made with it. Two at once: the second waits for
 * the first one's commit.
 */
export async function claimIdempotencyKey(
  tx: Database,
  claim: IdempotencyClaim,
): Promise<{ fingerprint: string; resourceId: string } | undefined> {
  try {
    await tx.insert(idempotencyKeys).values(claim);
    return undefined;
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    const [earlier] = await findClaim(tx, { accountId: claim.accountId, key: claim.key });
    return earlier;
  }
}
