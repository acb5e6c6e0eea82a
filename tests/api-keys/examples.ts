import { accounts, manyTimes } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { newKey } from '../support/people/keys.ts';
import { password } from '../support/people/people.ts';

export const examples: Examples = {
  'GET /v1/me/api-keys': async ({ customer }) => {
    await newKey(customer);
    return {
      path: '/v1/me/api-keys',
      may: ['customer', ...accounts.filter((caller) => caller !== 'customer')],
      lengthen: () => manyTimes(() => newKey(customer)),
    };
  },

  'POST /v1/me/api-keys': async () => ({
    path: '/v1/me/api-keys',
    body: { name: '배차 시스템', scopes: ['orders:read'], password },
    may: ['otherCustomer', 'customer', 'driver', 'otherDriver', 'pendingDriver', 'company'],
    refusals: { admin: 'forbidden' },
    shows: [['otherCustomer', '/v1/me/api-keys?limit=100']],
  }),

  'DELETE /v1/me/api-keys/{apiKeyId}': async ({ customer }) => {
    const { id } = await newKey(customer);
    return {
      path: `/v1/me/api-keys/${id}`,
      may: ['customer'],
      shows: [['customer', '/v1/me/api-keys?limit=100']],
    };
  },
};
