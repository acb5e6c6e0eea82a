import { connect } from '../../db/engine/connect.ts';
import { createNewId } from '../../functions/new-id.ts';
import { beginLogEpoch } from '../../functions/rooms/begin-log-epoch.ts';
import { leaveToOutbox } from '../shared/leave-to-outbox.ts';
import { systemClock } from '../shared/system-clock.ts';
import { readConfig } from './config.ts';

/**
 * `node adapters/node/begin-log-epoch.ts`, once the database of DATABASE_URL was restored to an earlier state
 * (docs/operations.md): chat clients forget their cursors, which mean other messages now.
 */
const db = connect(readConfig(process.env).databaseUrl, { connections: 1 });
try {
  const ports = { db, clock: systemClock, newId: createNewId(systemClock.now), delivery: leaveToOutbox };
  const epoch = await beginLogEpoch(ports);
  process.stdout.write(`The logs are in a new epoch (${epoch}): connections begin anew.\n`);
} finally {
  await db.$client.close();
}
