import { findAccount } from '../../db/accounts.ts';
import type { App } from '../http/app-type.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import { accountSchema } from './account-schema.ts';
import type { Account } from './account-schema.ts';

/** The caller's own account. */
export async function showMe({ db }: Ports, { accountId }: Principal): Promise<Account> {
  const account = await findAccount(db, accountId);
  if (!account) throw new Problem('unauthenticated');
  return account;
}

export const showMeRoute = endpoint(
  { access: 'account', budget: 1 },
  {
    method: 'get',
    path: '/v1/me',
    tags: ['accounts'],
    summary: 'The account that is logged in',
    responses: { 200: { description: 'The account', content: { 'application/json': { schema: accountSchema } } } },
  },
);

export function mountShowMe(app: App): void {
  app.openapi(showMeRoute, async (c) => c.json(await showMe(c.var.ports, c.var.principal), 200));
}
