import { beginLogEpoch as setLogEpoch } from '../../db/log-epoch.ts';
import type { LogEpoch } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';

/**
 * Says that the logs of rooms are not those of before, because the database was restored to an earlier state: sequences that
 * clients have seen number other messages now. Every connection ends, comes back, and begins anew. No route leads here: whoever
 * restores the database does it (`kingbus restore`).
 */
export async function beginLogEpoch(ports: ChangePorts): Promise<LogEpoch> {
  const epoch = ports.newId<LogEpoch>();
  await change(ports, { kind: 'console' }, async (tx, record) => {
    await setLogEpoch(tx, epoch, record.at);
    record.audit({ kind: 'log_epoch', id: epoch }, 'begin');
  });
  return epoch;
}
