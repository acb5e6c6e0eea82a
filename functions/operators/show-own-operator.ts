import { endpoint } from '../http/endpoint.ts';
import { ownOperatorSchema } from './operator-schema.ts';
import { showOperatorProfile } from './show-operator-profile.ts';

export const showOwnOperatorEndpoint = endpoint({
  name: 'showOwnOperator',
  access: 'operator',
  budget: 2,
  method: 'get',
  path: '/v1/me/operator',
  tags: ['operators'],
  summary: 'My profile as an operator',
  answers: { 200: { description: 'The profile', body: ownOperatorSchema } },
  handle: ({ ports, actor }) => showOperatorProfile(ports, actor.accountId),
});
