import { z } from '@hono/zod-openapi';
import { findAccount, moveOperator } from '../../db/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { accountSchema } from '../accounts/account-schema.ts';
import type { Account } from '../accounts/account-schema.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';

import { operatorTransitions } from './operator-transitions.ts';
import { completeStep } from '../changes/transition.ts';

/**
 * Lets a verified operator see open orders and quote. Whoever has done so already gets the account again. Problems:
 * `not_found`, `account_not_pending`.
 */
export async function activateOperator(ports: ChangePorts, actor: Actor, operatorId: AccountId): Promise<Account> {
  await change(ports, actor, async (tx, record) => {
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'operator', id: operatorId },
      transitions: operatorTransitions,
      name: 'activate',
      moved: await moveOperator(tx, operatorId, operatorTransitions.activate, record.at),
    });
    if (outcome === 'moved') record.event([operatorId], { event: 'operator_activated' });
  });
  const account = await findAccount(ports.db, operatorId);
  if (!account) throw new Problem('not_found');
  return account;
}

export const activateOperatorEndpoint = endpoint({
  name: 'activateOperator',
  access: 'admin',
  budget: 8,
  step: operatorTransitions.activate,
  method: 'post',
  path: '/v1/admin/operators/{accountId}/activate',
  tags: ['admin'],
  summary: 'Activate an operator whose documents are in order',
  request: { params: z.object({ accountId: idOf<AccountId>() }) },
  answers: { 200: { description: 'The account, active', body: accountSchema } },
  handle: ({ ports, actor, params }) => activateOperator(ports, actor, params.accountId),
});
