import { lt, sql } from 'drizzle-orm';
import { idempotencyKeys } from '../schema/idempotency.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { retryDeadlocks } from './engine/transaction.ts';

export type IdempotencyClaim = typeof idempotencyKeys.$inferInsert;

/**
 * Takes the key for this transaction, or gives what an earlier request made with it. Two at once: the second waits for
 * the first one's commit. One statement, which locks an existing row for itself at once: a plain insert would leave all
 * who wait with a shared lock, and each in the others' way.
 */
export async function claimIdempotencyKey(
  tx: Transaction,
  { accountId, key, fingerprint, resourceId, createdAt }: IdempotencyClaim,
): Promise<{ fingerprint: string; resourceId: string } | undefined> {
  const { accountId: account, key: name, fingerprint: print, resourceId: resource, createdAt: at } = idempotencyKeys;
  const [rows] = await tx.execute(sql`
    insert into ${idempotencyKeys} (${bare(account)}, ${bare(name)}, ${bare(print)}, ${bare(resource)}, ${bare(at)})
    values (${accountId}, ${key}, ${fingerprint}, ${resourceId}, ${sql.param(createdAt, at)})
    on duplicate key update ${bare(account)} = ${bare(account)}
    returning ${bare(print)} as fingerprint, ${bare(resource)} as resource_id`);
  const [row] = rows as unknown as { fingerprint: string; resource_id: string }[];
  if (!row) throw new Error('the claim of an idempotency key returned nothing');
  return row.resource_id === resourceId ? undefined : { fingerprint: row.fingerprint, resourceId: row.resource_id };
}

/** A column's name without its table: an `insert` knows no other. */
const bare = ({ name }: { name: string }) => sql.identifier(name);

/** Deletes the oldest idempotency keys made before `before`, `limit` at most. Gives how many. */
export async function deleteIdempotencyKeys(db: Sql, before: string, limit: number): Promise<number> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db
      .delete(idempotencyKeys)
      .where(lt(idempotencyKeys.createdAt, before))
      .orderBy(idempotencyKeys.createdAt)
      .limit(limit),
  );
  return affectedRows;
}
