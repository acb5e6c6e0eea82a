import type { Database } from '../../../db/engine/client.ts';
import type { ChangePorts } from '../../../functions/changes/change.ts';
import { createNewId } from '../../../functions/new-id.ts';
import { leaveToOutbox } from '../../shared/leave-to-outbox.ts';
import { systemClock } from '../../shared/system-clock.ts';
import type { DatabaseAccount } from '../config.ts';
import { openDatabase } from '../open-database.ts';

/** Gives `work` the database, and closes it again. */
export async function withDatabase<Result>(
  account: DatabaseAccount,
  work: (db: Database) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase(account, { connections: 2 });
  try {
    return await work(db);
  } finally {
    await db.$client.close();
  }
}

/** What verbs need that change something. Who has to hear of it hears from the outbox, within seconds, by a job of the processes. */
export const changePorts = (db: Database): ChangePorts => ({
  db,
  clock: systemClock,
  newId: createNewId(systemClock.now),
  delivery: leaveToOutbox,
});
