import { accounts, everyone } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { newCustomer, validCompany } from '../support/people/people.ts';

export const examples: Examples = {
  'POST /v1/accounts': async () => ({ path: '/v1/accounts', body: validCompany(), may: everyone }),

  'GET /v1/me': async () => ({ path: '/v1/me', may: accounts }),

  'POST /v1/admin/accounts/{accountId}/suspend': async () => {
    const person = await newCustomer();
    return {
      path: `/v1/admin/accounts/${person.id}/suspend`,
      body: { reason: '약관 위반' },
      may: ['admin'],
      shows: [[person, '/v1/me']],
    };
  },

  'POST /v1/admin/accounts/{accountId}/restore': async ({ admin }) => {
    const person = await newCustomer();
    await admin.post(`/v1/admin/accounts/${person.id}/suspend`);
    return { path: `/v1/admin/accounts/${person.id}/restore`, may: ['admin'], shows: [[person, '/v1/me']] };
  },
};
