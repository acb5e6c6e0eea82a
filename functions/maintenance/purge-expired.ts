import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { purges } from './purges.ts';

/** Rows a statement: small enough that nobody waits for its locks. */
const batch = 500;

/** Deletes what nobody will ask for again, in small steps. Two at once do no harm. Gives how many rows of each kind. */
export async function purgeExpired({ db, clock }: Pick<Ports, 'db' | 'clock'>): Promise<Record<string, number>> {
  const now = clock.now();
  const counts: Record<string, number> = {};
  for (const { name, keepMs, deleteSome } of purges) {
    const before = toInstant(now - keepMs);
    for (let deleted = batch; deleted === batch;) {
      deleted = await deleteSome(db, before, batch);
      counts[name] = (counts[name] ?? 0) + deleted;
    }
  }
  return counts;
}
