import { z } from '@hono/zod-openapi';
import { findAccount, moveOperator } from '../../db/accounts.ts';
import { lockCandidate } from '../../db/activations.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { AccountId } from '../../schema/ids.ts';
import { foundAccountSchema, showFound } from '../accounts/account-schema.ts';
import type { Account } from '../accounts/account-schema.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import { missingDocuments } from '../documents/documents-policy.ts';
import type { Actor } from '../identity/actor.ts';
import { missingForActivation } from './activation-policy.ts';
import { operatorTransitions } from './operator-transitions.ts';

/**
 * Lets a verified operator see open orders and quote, and tells it. Whoever has done so already gets the account again. Problems:
 * `not_found`, `account_not_pending`, `activation_incomplete` with a pointer for each thing that is missing.
 *
 * @param override verifies it in spite of what is missing, which the audit names: for the console alone
 */
export async function activateOperator(
  ports: ChangePorts,
  actor: Actor,
  operatorId: AccountId,
  { override = false }: { override?: boolean } = {},
): Promise<Account> {
  await change(ports, actor, async (tx, record) => {
    const candidate = await lockCandidate(tx, operatorId);
    const missing = candidate?.state === 'pending' ? await missingOf(tx, operatorId, candidate, record.at) : [];
    if (missing.length > 0 && !(override && actor.kind === 'console')) {
      const errors = missing.map((what) => ({ pointer: `/${what}`, rule: `${what}_missing` as const }));
      throw new Problem('activation_incomplete', { errors });
    }
    const set = { decisionReason: null };
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'operator', id: operatorId },
      transitions: operatorTransitions,
      name: 'activate',
      moved: await moveOperator(tx, operatorId, operatorTransitions.activate, record.at, { set }),
      ...(missing.length > 0 && { details: { without: missing } }),
    });
    if (outcome === 'already') return;
    record.event([operatorId], { event: 'operator_activated' });
    record.inform(operatorId, ['email', 'sms'], { event: 'operator_activated' });
  });
  const account = await findAccount(ports.db, operatorId);
  if (!account) throw new Problem('not_found');
  return account;
}

type Waiting = NonNullable<Awaited<ReturnType<typeof lockCandidate>>>;

async function missingOf(tx: Transaction, id: AccountId, candidate: Waiting, at: string) {
  const papers = await missingDocuments(tx, { id, role: candidate.role }, at);
  return missingForActivation({ ...candidate, missingDocuments: papers });
}

export const activateOperatorEndpoint = endpoint({
  name: 'activateOperator',
  access: 'admin',
  budget: 9,
  problems: ['activation_incomplete'],
  step: operatorTransitions.activate,
  method: 'post',
  path: '/v1/admin/operators/{accountId}/activate',
  tags: ['admin'],
  summary: 'Activate an operator whose documents are in order',
  request: { params: z.object({ accountId: idOf<AccountId>() }) },
  answers: { 200: { description: 'The account, active', body: foundAccountSchema } },
  handle: async ({ ports, actor, params }) => showFound(await activateOperator(ports, actor, params.accountId)),
});
