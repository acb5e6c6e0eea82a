import { lockOwnVehicle, moveVehicle, updateVehicle } from '../../db/vehicles.ts';
import type { VehicleId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { checkVersion } from '../http/if-match.ts';
import type { ExpectedVersions } from '../http/if-match.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import { ruleProblem } from '../http/validation.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { withUrls } from './show-vehicle.ts';
import { latestYear, verifiedFields } from './vehicle-policy.ts';
import { vehicleChanges, vehicleIdParam, vehicleSchema } from './vehicle-schema.ts';
import type { Vehicle, VehicleChanges, VehicleInput } from './vehicle-schema.ts';
import { vehicleTransitions } from './vehicle-transitions.ts';

/**
 * Changes what an operator says of a vehicle. One that was verified waits for it again where the papers have to be looked at anew
 * (vehicle-policy.ts), and is shown to nobody meanwhile; a refused one stays so until its verification is asked for. What changes
 * nothing is none. Problems: `not_found`, `precondition_failed`, `plate_taken`, `validation_failed`.
 */
export async function changeVehicle(
  ports: Ports,
  actor: AccountActor,
  vehicleId: VehicleId,
  input: VehicleChanges,
  versions: ExpectedVersions,
): Promise<Vehicle> {
  if ((input.year ?? 0) > latestYear(ports.clock.now())) throw ruleProblem('/year', 'year_ahead');
  return change(ports, actor, async (tx, record) => {
    const vehicle = await lockOwnVehicle(tx, vehicleId, actor.accountId);
    if (!vehicle) throw new Problem('not_found');
    checkVersion(vehicle.version, versions);
    const set = differences(vehicle, input);
    const fields = Object.keys(set);
    if (fields.length === 0) return withUrls(vehicle);

    const subject = { kind: 'vehicle', id: vehicleId };
    const changed = { ...vehicle, ...set, version: vehicle.version + 1 };
    if (vehicle.state !== 'verified' || !verifiedFields.some((field) => fields.includes(field))) {
      if (!(await updateVehicle(tx, vehicleId, set))) throw new Problem('plate_taken');
      record.audit(subject, 'edit', { fields });
      return withUrls(changed);
    }
    const moved = await moveVehicle(tx, vehicleId, vehicleTransitions.change, record.at, { set });
    if (moved === 'taken') throw new Problem('plate_taken');
    const step = { subject, transitions: vehicleTransitions, name: 'change', moved, details: { fields } };
    await completeStep(tx, record, step);
    return withUrls({ ...changed, state: vehicleTransitions.change.to, requestedAt: record.at });
  });
}

/** What of the input is not as it stands. */
function differences(vehicle: VehicleInput, input: VehicleChanges): Partial<VehicleInput> {
  const changed = Object.entries(input).filter(
    ([name, value]) =>
      value !== undefined && JSON.stringify(value) !== JSON.stringify(vehicle[name as keyof VehicleInput]),
  );
  return Object.fromEntries(changed);
}

export const changeVehicleEndpoint = endpoint({
  name: 'changeVehicle',
  access: 'operator',
  budget: 6,
  problems: ['not_found', 'plate_taken'],
  ifMatch: 'required',
  method: 'patch',
  path: '/v1/me/vehicles/{vehicleId}',
  tags: ['vehicles'],
  summary: 'Change one of my vehicles; a verified one may have to be verified again',
  request: { params: vehicleIdParam, body: json(vehicleChanges) },
  answers: { 200: { description: 'The vehicle', body: vehicleSchema } },
  handle: ({ ports, actor, params, body, versions }) => changeVehicle(ports, actor, params.vehicleId, body, versions),
});
