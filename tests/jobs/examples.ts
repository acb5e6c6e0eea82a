import type { Examples } from '../support/examples/example.ts';

export const examples: Examples = {
  'GET /v1/admin/jobs': async () => ({ path: '/v1/admin/jobs', may: ['admin'] }),
};
