import { z } from '@hono/zod-openapi';
import { isUsernameTaken } from '../../db/accounts.ts';
import { endpoint } from '../http/endpoint.ts';
import { limitByAddress } from '../http/limit-attempts.ts';
import { username } from './fields.ts';

const availability = z.object({ available: z.boolean() }).openapi('Availability');

export const checkUsernameEndpoint = endpoint({
  name: 'checkUsername',
  access: 'public',
  budget: 1,
  problems: ['too_many_requests'],
  method: 'get',
  path: '/v1/accounts/availability',
  tags: ['accounts'],
  summary: 'Whether a username is free; registering says it as well',
  request: { query: z.strictObject({ username }) },
  answers: { 200: { description: 'Whether it is free', body: availability } },
  handle: async ({ ports, actor, query }) => {
    await limitByAddress(ports, actor, 'availability', { attempts: 60, seconds: 60 });
    return { available: !(await isUsernameTaken(ports.db, query.username)) };
  },
});
