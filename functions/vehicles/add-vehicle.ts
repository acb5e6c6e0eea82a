import { countVehicles, insertVehicle } from '../../db/vehicles.ts';
import type { VehicleId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import { ruleProblem } from '../http/validation.ts';
import type { AccountActor } from '../identity/actor.ts';
import type { Ports } from '../ports.ts';
import { latestYear, vehiclesAtMost } from './vehicle-policy.ts';
import { vehicleInput, vehicleSchema } from './vehicle-schema.ts';
import type { Vehicle, VehicleInput } from './vehicle-schema.ts';

/**
 * Adds a vehicle, as a draft: its plate is nobody's claim until it waits for verification. Problems: `too_many_vehicles`,
 * `validation_failed`.
 */
export async function addVehicle(ports: Ports, actor: AccountActor, input: VehicleInput): Promise<Vehicle> {
  if (input.year > latestYear(ports.clock.now())) throw ruleProblem('/year', 'year_ahead');
  return change(ports, actor, async (tx, record) => {
    const operatorId = actor.accountId;
    if ((await countVehicles(tx, operatorId)) >= vehiclesAtMost) throw new Problem('too_many_vehicles');
    const { plate, model, seats, year, busType, amenities } = input;
    const id = record.newId<VehicleId>();
    const kept = { id, state: 'draft' as const, plate, model, seats, year, busType, amenities, createdAt: record.at };
    await insertVehicle(tx, { ...kept, operatorId });
    record.audit({ kind: 'vehicle', id }, 'add');
    return { ...kept, photos: [], decisionReason: null, requestedAt: null, decidedAt: null, version: 1 };
  });
}

export const addVehicleEndpoint = endpoint({
  name: 'addVehicle',
  access: 'operator',
  budget: 6,
  problems: ['too_many_vehicles'],
  method: 'post',
  path: '/v1/me/vehicles',
  tags: ['vehicles'],
  summary: 'Add a vehicle, as a draft',
  request: { body: json(vehicleInput) },
  answers: { 201: { description: 'The vehicle', body: vehicleSchema, location: '/v1/me/vehicles/{id}' } },
  handle: ({ ports, actor, body }) => addVehicle(ports, actor, body),
});
