import { z } from '@hono/zod-openapi';
import { endpoint } from '../http/endpoint.ts';
import { line } from '../http/fields.ts';
import { json } from '../http/json-body.ts';
import { decideOnVehicle } from './decide-on-vehicle.ts';
import { registeredVehicleSchema, vehicleIdParam } from './vehicle-schema.ts';
import { vehicleTransitions } from './vehicle-transitions.ts';

export const revokeVehicleEndpoint = endpoint({
  name: 'revokeVehicle',
  access: 'admin',
  budget: 8,
  step: vehicleTransitions.revoke,
  ifMatch: 'optional',
  method: 'post',
  path: '/v1/admin/vehicles/{vehicleId}/revoke',
  tags: ['admin'],
  summary: 'Take the verification of a vehicle back, for a reason that its operator reads',
  request: { params: vehicleIdParam, body: json(z.strictObject({ reason: line(500) }).openapi('VehicleRevocation')) },
  answers: { 200: { description: 'The vehicle, refused; its operator may ask again', body: registeredVehicleSchema } },
  handle: ({ ports, actor, params, body, versions }) =>
    decideOnVehicle(ports, actor, params.vehicleId, { step: 'revoke', reason: body.reason, versions }),
});
