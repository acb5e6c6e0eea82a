import { accounts, standing } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { newPeople } from '../support/examples/people.ts';
import { password } from '../support/people/people.ts';

export const examples: Examples = {
  'GET /v1/me/data': async () => ({ path: '/v1/me/data', may: accounts }),

  'DELETE /v1/me': async () => {
    const instead = await newPeople();
    return {
      path: '/v1/me',
      body: { password },
      instead,
      may: standing.filter((caller) => caller !== 'admin') as ['customer'],
      refusals: { admin: 'own_account' },
      shows: [[instead.customer, '/v1/me']],
    };
  },
};
