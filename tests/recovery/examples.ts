import { Client } from '../support/clients/client.ts';
import { everyone } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { codeTo } from '../support/people/notices.ts';
import { newCustomer, password } from '../support/people/people.ts';

/** Somebody who was sent a code to recover an account with. */
async function lost(purpose: string) {
  const { account } = await newCustomer();
  const target = account.email ?? '';
  await new Client().post('/v1/codes', { purpose, target });
  return { target, code: await codeTo(target) };
}

export const examples: Examples = {
  'POST /v1/recovery/username': async () => ({
    path: '/v1/recovery/username',
    body: await lost('find_username'),
    may: everyone,
  }),

  'POST /v1/recovery/password': async () => ({
    path: '/v1/recovery/password',
    body: { ...(await lost('reset_password')), password: `another ${password}` },
    may: everyone,
  }),
};
