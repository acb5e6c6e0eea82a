import { endpoint } from '../http/endpoint.ts';
import { endAffiliation } from './end-affiliation.ts';

export const leaveCarrierEndpoint = endpoint({
  name: 'leaveCarrier',
  access: 'operator',
  budget: 10,
  method: 'delete',
  path: '/v1/me/affiliation',
  tags: ['operators'],
  summary: 'Leave my carrier, or take back that I asked for it; my open quotes under it are withdrawn',
  answers: { 204: { description: 'I belong to no company' } },
  handle: ({ ports, actor }) => endAffiliation(ports, actor, { driverId: actor.accountId, by: 'driver' }),
});
