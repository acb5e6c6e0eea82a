import { eq } from 'drizzle-orm';
import type { LogEpoch } from '../schema/ids.ts';
import { logEpoch } from '../schema/log-epoch.ts';
import type { Sql } from './engine/client.ts';
import { statement } from './engine/statement.ts';

/** The key of the one row. */
const singleton = 1;

const currentEpoch = statement({ singleton: logEpoch.singleton }, (qb, { singleton }) =>
  qb.select({ epoch: logEpoch.epoch }).from(logEpoch).where(eq(logEpoch.singleton, singleton)),
);

/** The epoch that the logs of all rooms are in. */
export async function readLogEpoch(db: Sql): Promise<LogEpoch> {
  const [row] = await currentEpoch(db, { singleton });
  if (row === undefined) throw new Error('the logs have no epoch: the migrations have not run');
  return row.epoch;
}

/** Says that the logs are not those of before. */
export async function beginLogEpoch(db: Sql, epoch: LogEpoch, begunAt: string): Promise<void> {
  await db.update(logEpoch).set({ epoch, begunAt }).where(eq(logEpoch.singleton, singleton));
}
