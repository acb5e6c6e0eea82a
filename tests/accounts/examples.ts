import { currentConsents } from '../../functions/accounts/consents.ts';
import { sendCode } from '../../functions/codes/send-code.ts';
import { accounts, everyone, standing } from '../support/examples/example.ts';
import { newPeople } from '../support/examples/people.ts';
import type { Example, Examples } from '../support/examples/example.ts';
import { codeTo } from '../support/people/notices.ts';
import { newCustomer, password, validCompany, validCustomer } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { actorOf, testPorts } from '../support/ports.ts';

/** Somebody else's code proves nothing of theirs. */
async function changeTo(person: Person, value: string, what: 'email' | 'phone'): Promise<Example> {
  // By the verb: the address of one person is sent no more than some codes an hour.
  const { ports } = await testPorts();
  await sendCode(ports, actorOf(person), { purpose: 'change', target: value }, 'ko');
  const others = standing.filter((caller) => caller !== 'customer');
  return {
    path: `/v1/me/${what}`,
    body: { value, code: await codeTo(value), password },
    may: ['customer'],
    refusals: Object.fromEntries(others.map((caller) => [caller, 'invalid_code'])),
    shows: [[person, '/v1/me']],
  };
}

export const examples: Examples = {
  'POST /v1/accounts': async () => ({ path: '/v1/accounts', body: validCompany(), may: everyone }),

  'GET /v1/accounts/availability': async () => ({ path: '/v1/accounts/availability?username=minji', may: everyone }),

  'GET /v1/consents': async () => ({ path: '/v1/consents', may: everyone }),

  'PATCH /v1/me': async () => ({
    path: '/v1/me',
    body: { displayName: '김민지', language: 'en' },
    headers: { 'If-Match': '*' },
    may: standing,
    shows: [['customer', '/v1/me']],
  }),

  'PUT /v1/me/password': async () => {
    const instead = await newPeople();
    return {
      path: '/v1/me/password',
      body: { password, newPassword: `another ${password}` },
      instead,
      may: standing,
      shows: [[instead.customer, '/v1/me']],
    };
  },

  'PUT /v1/me/email': async ({ customer }) => changeTo(customer, validCustomer().email, 'email'),

  'PUT /v1/me/phone': async ({ customer }) => changeTo(customer, `+82${validCustomer().phone.slice(1)}`, 'phone'),

  'GET /v1/me/consents': async () => ({ path: '/v1/me/consents', may: accounts }),

  'PUT /v1/me/consents': async () => ({
    path: '/v1/me/consents',
    body: { marketing: currentConsents.marketing.version },
    may: standing,
    shows: [['customer', '/v1/me/consents']],
  }),

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
