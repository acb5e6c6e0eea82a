import {
  deleteEndedSessions,
  deleteExpiredTokens,
  deleteIdempotencyKeys,
  deleteTokensOfEndedSessions,
} from '../../db/maintenance.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';

const hour = 3600 * 1000;

/** How long a key answers for what it made. Twice what the API promises. */
const idempotencyKeyLife = 48 * hour;
/** How long the traces of a session stay: a used token that comes back is recognised for so long. */
const sessionTraceLife = 30 * 24 * hour;

/** Rows a statement: small enough that nobody waits for its locks. */
const batch = 500;

/** Rows deleted of each kind. */
export type Purged = Record<'idempotencyKeys' | 'sessions' | 'refreshTokens', number>;

/**
 * Deletes what nobody will ask for again, in small steps. Two at once do no harm.
 */
export async function purgeExpired({ db, clock }: Pick<Ports, 'db' | 'clock'>): Promise<Purged> {
  const now = clock.now();
  const keysBefore = toInstant(now - idempotencyKeyLife);
  const sessionsBefore = toInstant(now - sessionTraceLife);
  const idempotencyKeys = await inBatches((limit) => deleteIdempotencyKeys(db, keysBefore, limit));
  const tokensOfEnded = await inBatches((limit) => deleteTokensOfEndedSessions(db, sessionsBefore, limit));
  return {
    idempotencyKeys,
    sessions: await inBatches((limit) => deleteEndedSessions(db, sessionsBefore, limit)),
    refreshTokens:
      tokensOfEnded +
      (await inBatches((limit) => transaction(db, (tx) => deleteExpiredTokens(tx, sessionsBefore, limit)))),
  };
}

async function inBatches(deleteSome: (limit: number) => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await deleteSome(batch);
    total += deleted;
    if (deleted < batch) return total;
  }
}
