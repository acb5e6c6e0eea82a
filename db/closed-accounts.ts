import { lt } from 'drizzle-orm';
import { closedAccounts } from '../schema/accounts.ts';
import type { Sql } from './engine/client.ts';
import { retryDeadlocks } from './engine/transaction.ts';

/** Deletes what was kept of closed accounts until before `before`, `limit` rows at most. Gives how many. */
export async function deleteKeptAccounts(db: Sql, before: string, limit: number): Promise<number> {
  const [{ affectedRows }] = await retryDeadlocks(() =>
    db
      .delete(closedAccounts)
      .where(lt(closedAccounts.keptUntil, before))
      .orderBy(closedAccounts.keptUntil)
      .limit(limit),
  );
  return affectedRows;
}
