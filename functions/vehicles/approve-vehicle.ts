import { endpoint } from '../http/endpoint.ts';
import { decideOnVehicle } from './decide-on-vehicle.ts';
import { registeredVehicleSchema, vehicleIdParam } from './vehicle-schema.ts';
import { vehicleTransitions } from './vehicle-transitions.ts';

export const approveVehicleEndpoint = endpoint({
  name: 'approveVehicle',
  access: 'admin',
  budget: 8,
  step: vehicleTransitions.approve,
  ifMatch: 'required',
  method: 'post',
  path: '/v1/admin/vehicles/{vehicleId}/approve',
  tags: ['admin'],
  summary: 'Verify a vehicle, at the version that was looked at',
  request: { params: vehicleIdParam },
  answers: { 200: { description: 'The vehicle, verified', body: registeredVehicleSchema } },
  handle: ({ ports, actor, params, versions }) =>
    decideOnVehicle(ports, actor, params.vehicleId, { step: 'approve', reason: null, versions }),
});
