import { markFilesDeleted, markFilesReady } from '../../db/many-files.ts';
import { lockOwnVehicle, replacePhotos, updateVehicle } from '../../db/vehicles.ts';
import type { FileId, VehicleId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { checkVersion } from '../http/if-match.ts';
import type { ExpectedVersions } from '../http/if-match.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import { ruleProblem } from '../http/validation.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { showVehicle } from './show-vehicle.ts';
import { photosInput, vehicleIdParam, vehicleSchema } from './vehicle-schema.ts';
import type { Vehicle } from './vehicle-schema.ts';

/**
 * Gives a vehicle these pictures, in this order: those that it has already, or uploads of the same operator that nothing uses yet.
 * Those that are left out are deleted. Problems: `not_found`, `precondition_failed`, `validation_failed` at `/fileIds`.
 */
export async function setVehiclePhotos(
  ports: Ports,
  actor: AccountActor,
  vehicleId: VehicleId,
  fileIds: readonly FileId[],
  versions: ExpectedVersions,
): Promise<Vehicle> {
  await change(ports, actor, async (tx, record) => {
    const ownerId = actor.accountId;
    const vehicle = await lockOwnVehicle(tx, vehicleId, ownerId);
    if (!vehicle) throw new Problem('not_found');
    checkVersion(vehicle.version, versions);
    const before = vehicle.photos.map(({ id }) => id);
    if (before.join() === fileIds.join()) return;
    const added = fileIds.filter((id) => !before.includes(id));
    if (!(await markFilesReady(tx, { ids: added, ownerId, purpose: 'vehicle_photo' }, record.at)))
      throw ruleProblem('/fileIds', 'unknown_file');
    await replacePhotos(tx, vehicleId, fileIds);
    const replaced = before.filter((id) => !fileIds.includes(id));
    await markFilesDeleted(tx, replaced, record.at);
    await updateVehicle(tx, vehicleId, {});
    record.audit({ kind: 'vehicle', id: vehicleId }, 'set_photos', { fileIds });
  });
  return showVehicle(ports, actor, vehicleId);
}

export const setVehiclePhotosEndpoint = endpoint({
  name: 'setVehiclePhotos',
  access: 'operator',
  budget: 11,
  problems: ['not_found'],
  ifMatch: 'optional',
  method: 'put',
  path: '/v1/me/vehicles/{vehicleId}/photos',
  tags: ['vehicles'],
  summary: 'The pictures of one of my vehicles, in their order; those left out are deleted',
  request: { params: vehicleIdParam, body: json(photosInput) },
  answers: { 200: { description: 'The vehicle', body: vehicleSchema } },
  handle: ({ ports, actor, params, body, versions }) =>
    setVehiclePhotos(ports, actor, params.vehicleId, body.fileIds, versions),
});
