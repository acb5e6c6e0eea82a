import type { Transaction } from '../../db/engine/client.ts';
import { markFilesDeleted } from '../../db/many-files.ts';
import { lockVehiclesOf, moveVehicles, removePhotos } from '../../db/vehicles.ts';
import type { AccountId } from '../../schema/ids.ts';
import type { Recorder } from '../changes/recorder.ts';
import { recordSteps } from '../changes/transition.ts';
import { vehicleTransitions } from './vehicle-transitions.ts';

/** Removes all vehicles of an operator with their pictures, in the change that closes its account. */
export async function discardVehicles(tx: Transaction, record: Recorder, operatorId: AccountId): Promise<void> {
  const kept = await lockVehiclesOf(tx, operatorId);
  const ids = kept.map(({ id }) => id);
  await moveVehicles(tx, ids, vehicleTransitions.remove, record.at);
  recordSteps(record, { kind: 'vehicle', transitions: vehicleTransitions, name: 'remove' }, ids);
  await removePhotos(tx, ids);
  const fileIds = kept.flatMap(({ photos }) => photos.map(({ id }) => id));
  await markFilesDeleted(tx, fileIds, record.at);
}
