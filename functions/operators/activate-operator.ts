import { z } from '@hono/zod-openapi';
import { activateOperator as moveToActive, findAccount } from '../../db/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { accountSchema } from '../accounts/account-schema.ts';
import type { Account } from '../accounts/account-schema.ts';
import { announceEvent } from '../events/announce.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import { isOperator } from '../identity/principal.ts';

/** Lets a verified operator see open orders and quote. Problems: `not_found`, `account_not_pending`. */
export async function activateOperator(ports: Ports, operatorId: AccountId): Promise<Account> {
  const activated = await moveToActive(ports.db, operatorId);
  const account = await findAccount(ports.db, operatorId);
  if (!account || !isOperator(account)) throw new Problem('not_found');
  if (!activated) throw new Problem('account_not_pending');
  await announceEvent(ports, [operatorId], { event: 'operator_activated' });
  return account;
}

export const activateOperatorEndpoint = endpoint({
  name: 'activateOperator',
  access: 'admin',
  budget: 2,
  problems: ['not_found', 'account_not_pending'],
  method: 'post',
  path: '/v1/admin/operators/{accountId}/activate',
  tags: ['admin'],
  summary: 'Activate an operator whose documents are in order',
  request: { params: z.object({ accountId: idOf<AccountId>() }) },
  answers: { 200: { description: 'The account, active', body: accountSchema } },
  handle: ({ ports, params }) => activateOperator(ports, params.accountId),
});
