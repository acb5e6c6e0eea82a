import { z } from '@hono/zod-openapi';
import { endpoint } from '../http/endpoint.ts';
import { line } from '../http/fields.ts';
import { json } from '../http/json-body.ts';
import { decideOnVehicle } from './decide-on-vehicle.ts';
import { registeredVehicleSchema, vehicleIdParam } from './vehicle-schema.ts';
import { vehicleTransitions } from './vehicle-transitions.ts';

export const refuseVehicleEndpoint = endpoint({
  name: 'refuseVehicle',
  access: 'admin',
  budget: 8,
  step: vehicleTransitions.refuse,
  ifMatch: 'optional',
  method: 'post',
  path: '/v1/admin/vehicles/{vehicleId}/refuse',
  tags: ['admin'],
  summary: 'Do not verify a vehicle, for a reason that its operator reads',
  request: { params: vehicleIdParam, body: json(z.strictObject({ reason: line(500) }).openapi('VehicleRefusal')) },
  answers: { 200: { description: 'The vehicle, refused', body: registeredVehicleSchema } },
  handle: ({ ports, actor, params, body, versions }) =>
    decideOnVehicle(ports, actor, params.vehicleId, { step: 'refuse', reason: body.reason, versions }),
});
