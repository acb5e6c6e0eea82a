import { endpoint } from '../http/endpoint.ts';
import { affiliationSchema, driverIdParam } from '../operators/driver-schema.ts';
import { endAffiliation } from './end-affiliation.ts';

export const removeDriverEndpoint = endpoint({
  name: 'removeDriver',
  access: 'operator',
  budget: 10,
  method: 'post',
  path: '/v1/me/drivers/{driverId}/remove',
  tags: ['operators'],
  summary: 'Refuse a driver who asks to be mine, or part from one who is; its open quotes under me are withdrawn',
  request: { params: driverIdParam },
  answers: { 200: { description: 'Where the driver stands', body: affiliationSchema } },
  handle: async ({ ports, actor, params: { driverId } }) => {
    await endAffiliation(ports, actor, { driverId, by: 'company' });
    return { driverId, state: 'none' as const };
  },
});
