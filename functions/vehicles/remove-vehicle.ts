import { markFilesDeleted } from '../../db/many-files.ts';
import { lockOwnVehicle, moveVehicle, replacePhotos } from '../../db/vehicles.ts';
import type { VehicleId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import type { ExpectedVersions } from '../http/if-match.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { vehicleIdParam } from './vehicle-schema.ts';
import { vehicleTransitions } from './vehicle-transitions.ts';

/**
 * Removes a vehicle with its pictures. Its row stays for the quotes that name it; its plate is free. Removing it again changes
 * nothing. Problems: `not_found`, `precondition_failed`.
 */
export async function removeVehicle(
  ports: Ports,
  actor: AccountActor,
  vehicleId: VehicleId,
  versions: ExpectedVersions,
): Promise<void> {
  await change(ports, actor, async (tx, record) => {
    const operatorId = actor.accountId;
    const vehicle = await lockOwnVehicle(tx, vehicleId, operatorId);
    const moved = await moveVehicle(tx, vehicleId, vehicleTransitions.remove, record.at, { operatorId, versions });
    await completeStep(tx, record, {
      subject: { kind: 'vehicle', id: vehicleId },
      transitions: vehicleTransitions,
      name: 'remove',
      // A plate is taken only by what waits or is verified.
      moved: moved === 'taken' ? undefined : moved,
    });
    if (!vehicle || vehicle.photos.length === 0) return;
    await replacePhotos(tx, vehicleId, []);
    await markFilesDeleted(
      tx,
      vehicle.photos.map(({ id }) => id),
      record.at,
    );
  });
}

export const removeVehicleEndpoint = endpoint({
  name: 'removeVehicle',
  access: 'operator',
  budget: 8,
  problems: ['not_found'],
  step: vehicleTransitions.remove,
  ifMatch: 'optional',
  method: 'delete',
  path: '/v1/me/vehicles/{vehicleId}',
  tags: ['vehicles'],
  summary: 'Remove one of my vehicles, with its pictures',
  request: { params: vehicleIdParam },
  answers: { 204: { description: 'It is gone' } },
  handle: ({ ports, actor, params, versions }) => removeVehicle(ports, actor, params.vehicleId, versions),
});
