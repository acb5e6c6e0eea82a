import { accounts, manyTimes } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { newDriver } from '../support/people/people.ts';

export const examples: Examples = {
  'GET /v1/operators/{accountId}': async ({ driver }) => ({ path: `/v1/operators/${driver.id}`, may: accounts }),

  'GET /v1/admin/operators': async () => ({
    path: '/v1/admin/operators',
    may: ['admin'],
    lengthen: () => manyTimes(() => newDriver({ active: false })),
  }),

  'POST /v1/admin/operators/{accountId}/activate': async () => {
    const person = await newDriver({ active: false });
    return { path: `/v1/admin/operators/${person.id}/activate`, may: ['admin'], shows: [[person, '/v1/me']] };
  },
};
