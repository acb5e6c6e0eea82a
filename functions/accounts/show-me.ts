import { findAccount } from '../../db/accounts.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { accountSchema } from './account-schema.ts';
import type { Account } from './account-schema.ts';

/** The caller's own account. */
export async function showMe({ db }: Ports, { accountId }: Principal): Promise<Account> {
  const account = await findAccount(db, accountId);
  if (!account || account.state === 'closed') throw new Problem('unauthenticated');
  return account;
}

export const showMeEndpoint = endpoint({
  name: 'showMe',
  access: 'account',
  budget: 2,
  method: 'get',
  path: '/v1/me',
  tags: ['accounts'],
  summary: 'The account that is logged in',
  answers: { 200: { description: 'The account', body: accountSchema } },
  handle: ({ ports, actor }) => showMe(ports, actor),
});
