import type { Page } from '../../functions/http/paging.ts';
import { accounts, everyone, manyTimes, standing } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { logIn, newCustomer, password } from '../support/people/people.ts';

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

  'GET /v1/me/sessions': async ({ customer }) => ({
    path: '/v1/me/sessions',
    may: accounts,
    lengthen: () => manyTimes(() => logIn(customer.account.username)),
  }),

  'DELETE /v1/me/sessions/{sessionId}': async ({ customer }) => {
    const other = await logIn(customer.account.username);
    const { body } = await other.get<Page<{ id: string; current: boolean }>>('/v1/me/sessions');
    const id = body.items.find(({ current }) => current)?.id;
    return {
      path: `/v1/me/sessions/${id}`,
      may: ['customer'],
      shows: [['customer', '/v1/me/sessions']],
    };
  },

  'DELETE /v1/me/sessions': async () => ({
    path: '/v1/me/sessions',
    may: standing,
    shows: [['customer', '/v1/me/sessions']],
  }),

  'GET /.well-known/jwks.json': async () => ({ path: '/.well-known/jwks.json', may: everyone }),
};
