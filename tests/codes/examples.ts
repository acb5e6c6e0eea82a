import { everyone, standing } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { validCustomer } from '../support/people/people.ts';

export const examples: Examples = {
  'POST /v1/codes': async () => ({
    path: '/v1/codes',
    body: { purpose: 'register', target: validCustomer().email },
    may: everyone,
  }),

  'POST /v1/me/codes': async () => ({
    path: '/v1/me/codes',
    body: { target: validCustomer().email },
    may: standing,
    shows: [['customer', '/v1/me']],
  }),
};
