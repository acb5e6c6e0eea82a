import { z } from '@hono/zod-openapi';
import { claimIdempotencyKey } from '../../db/idempotency.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { AccountId } from '../../schema/ids.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { Problem } from './problems.ts';
import { sha256 } from '../sha256.ts';

/** The header of writes that create: `Idempotency-Key`, up to 64 visible ASCII characters. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,64}$/u)
    .optional()
    .openapi({
      description: 'Sending the same request again with the same key creates nothing new. Kept for at least 24 hours.',
    }),
});

export interface Idempotency {
  /** The caller's key; undefined where the caller sent none. */
  key: string | undefined;
  /** What was asked: the verb's name and its input. */
  request: unknown;
}

/**
 * Runs `create` in one transaction, once for each key of an account: asked again, it gives the id that was made the first
 * time. The same key with another request is Problem `idempotency_conflict`.
 */
export async function createOnce<Id extends string>(
  { db, clock }: Pick<Ports, 'db' | 'clock'>,
  accountId: AccountId,
  { key, request }: Idempotency,
  id: Id,
  create: (tx: Transaction, id: Id) => Promise<void>,
): Promise<{ id: Id; created: boolean }> {
  const fingerprint = key === undefined ? '' : await sha256(JSON.stringify(request));
  return transaction(db, async (tx) => {
    if (key !== undefined) {
      const claim = { accountId, key, fingerprint, resourceId: id, createdAt: toInstant(clock.now()) };
      const earlier = await claimIdempotencyKey(tx, claim);
      if (earlier && earlier.fingerprint !== fingerprint) throw new Problem('idempotency_conflict');
      if (earlier) return { id: earlier.resourceId as Id, created: false };
    }
    await create(tx, id);
    return { id, created: true };
  });
}
