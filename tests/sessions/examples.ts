import { everyone } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { newCustomer, password } from '../support/people/people.ts';

export const examples: Examples = {
  'POST /v1/sessions': async () => {
    const { account } = await newCustomer();
    return { path: '/v1/sessions', body: { username: account.username, password, refreshIn: 'body' }, may: everyone };
  },

  'POST /v1/sessions/refresh': async () => {
    const { refreshToken } = await newCustomer();
    return { path: '/v1/sessions/refresh', body: { refreshToken }, may: everyone };
  },

  'POST /v1/sessions/log-out': async () => {
    const { refreshToken } = await newCustomer();
    return { path: '/v1/sessions/log-out', body: { refreshToken }, may: everyone };
  },

  'GET /.well-known/jwks.json': async () => ({ path: '/.well-known/jwks.json', may: everyone }),
};
