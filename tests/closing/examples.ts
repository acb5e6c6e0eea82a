import { accounts, standing } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { newCompany, newCustomer, newDriver, password } from '../support/people/people.ts';

export const examples: Examples = {
  'GET /v1/me/data': async () => ({ path: '/v1/me/data', may: accounts }),

  'DELETE /v1/me': async () => {
    const [customer, driver, company] = await Promise.all([newCustomer(), newDriver(), newCompany()]);
    const instead = {
      customer,
      driver,
      company,
      otherCustomer: await newCustomer(),
      otherDriver: await newDriver(),
      pendingDriver: await newDriver({ active: false }),
    };
    return {
      path: '/v1/me',
      body: { password },
      instead,
      may: standing.filter((caller) => caller !== 'admin') as ['customer'],
      refusals: { admin: 'own_account' },
      shows: [[customer, '/v1/me']],
    };
  },
};
