import { z } from '@hono/zod-openapi';
import { findAccount } from '../../db/accounts.ts';
import { lockCandidate, setRefusal } from '../../db/activations.ts';
import type { AccountId } from '../../schema/ids.ts';
import { foundAccountSchema, showFound } from '../accounts/account-schema.ts';
import type { Account } from '../accounts/account-schema.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import { endpoint } from '../http/endpoint.ts';
import { line } from '../http/fields.ts';
import { idOf } from '../http/id.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';

const refusal = z.strictObject({ reason: line(500) }).openapi('Refusal');

/**
 * Says why an operator that waits is not verified, to the operator: it waits on, and may mend what is wrong. Again, with another
 * reason, tells it once more. Problems: `not_found`, `account_not_pending`.
 */
export async function refuseOperator(
  ports: ChangePorts,
  actor: Actor,
  operatorId: AccountId,
  reason: string,
): Promise<Account> {
  await change(ports, actor, async (tx, record) => {
    const candidate = await lockCandidate(tx, operatorId);
    if (!candidate) throw new Problem('not_found');
    if (!(await setRefusal(tx, operatorId, reason)))
      throw new Problem('account_not_pending', { state: candidate.state });
    record.audit({ kind: 'operator', id: operatorId }, 'refuse');
    record.event([operatorId], { event: 'operator_refused' });
    record.inform(operatorId, ['email', 'sms'], { event: 'operator_refused' });
  });
  const account = await findAccount(ports.db, operatorId);
  if (!account) throw new Problem('not_found');
  return account;
}

export const refuseOperatorEndpoint = endpoint({
  name: 'refuseOperator',
  access: 'admin',
  budget: 8,
  problems: ['not_found', 'account_not_pending'],
  method: 'post',
  path: '/v1/admin/operators/{accountId}/refuse',
  tags: ['admin'],
  summary: 'Tell an operator why it is not verified',
  request: { params: z.object({ accountId: idOf<AccountId>() }), body: json(refusal) },
  answers: { 200: { description: 'The account, which waits on', body: foundAccountSchema } },
  handle: async ({ ports, actor, params, body }) =>
    showFound(await refuseOperator(ports, actor, params.accountId, body.reason)),
});
