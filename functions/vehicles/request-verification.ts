import { moveVehicle } from '../../db/vehicles.ts';
import type { VehicleId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { showVehicle } from './show-vehicle.ts';
import { vehicleIdParam, vehicleSchema } from './vehicle-schema.ts';
import type { Vehicle } from './vehicle-schema.ts';
import { vehicleTransitions } from './vehicle-transitions.ts';

/**
 * Asks for a vehicle to be verified: an admin finds it in their list, and from now on its plate is this operator's. Problems:
 * `not_found`, `plate_taken`, `vehicle_not_draft`.
 */
export async function requestVerification(ports: Ports, actor: AccountActor, vehicleId: VehicleId): Promise<Vehicle> {
  const operatorId = actor.accountId;
  await change(ports, actor, async (tx, record) => {
    const moved = await moveVehicle(tx, vehicleId, vehicleTransitions.request, record.at, { operatorId });
    if (moved === 'taken') throw new Problem('plate_taken');
    await completeStep(tx, record, {
      subject: { kind: 'vehicle', id: vehicleId },
      transitions: vehicleTransitions,
      name: 'request',
      // Of what its operator has removed nobody knows any more.
      moved: typeof moved === 'object' && moved.state === 'removed' ? undefined : moved,
    });
  });
  return showVehicle(ports, actor, vehicleId);
}

export const requestVerificationEndpoint = endpoint({
  name: 'requestVerification',
  access: 'operator',
  // Asked again, it looks up who asked before.
  budget: 7,
  problems: ['not_found', 'plate_taken'],
  step: vehicleTransitions.request,
  method: 'post',
  path: '/v1/me/vehicles/{vehicleId}/verify-request',
  tags: ['vehicles'],
  summary: 'Ask for one of my vehicles to be verified',
  request: { params: vehicleIdParam },
  answers: { 200: { description: 'The vehicle, waiting', body: vehicleSchema } },
  handle: ({ ports, actor, params }) => requestVerification(ports, actor, params.vehicleId),
});
