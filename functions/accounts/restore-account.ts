import { z } from '@hono/zod-openapi';
import { findAccount, lockStanding, moveAccount } from '../../db/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';
import { foundAccountSchema, showFound } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { accountTransitions } from './account-transitions.ts';

/**
 * Lifts a suspension: the account is what it was before, an operator whom nobody had verified waits for that again, and may log in.
 * Its sessions stay ended. Doing it again changes nothing. Problem: `not_found`.
 */
export async function restoreAccount(ports: ChangePorts, actor: Actor, accountId: AccountId): Promise<Account> {
  await change(ports, actor, async (tx, record) => {
    const standing = await lockStanding(tx, accountId);
    if (standing?.state === 'closed') throw new Problem('not_found');
    const set = { suspendedFrom: null, decisionReason: null };
    const name = isUnverified(standing) ? 'restoreUnverified' : 'restore';
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'account', id: accountId },
      transitions: accountTransitions,
      name,
      moved: await moveAccount(tx, accountId, accountTransitions[name], record.at, { set }),
    });
    if (outcome === 'moved') record.inform(accountId, ['email', 'sms'], { event: 'account_restored' });
  });
  const account = await findAccount(ports.db, accountId);
  if (!account) throw new Problem('not_found');
  return account;
}

/** Of an operator who was suspended before that was written down nobody knows: it is verified once more. */
function isUnverified(standing: Awaited<ReturnType<typeof lockStanding>>): boolean {
  if (standing?.state !== 'suspended') return standing?.state === 'pending';
  return standing.suspendedFrom === 'pending' || (standing.suspendedFrom === null && standing.isOperator === true);
}

export const restoreAccountEndpoint = endpoint({
  name: 'restoreAccount',
  access: 'admin',
  budget: 8,
  step: accountTransitions.restore,
  method: 'post',
  path: '/v1/admin/accounts/{accountId}/restore',
  tags: ['admin'],
  summary: 'Lift the suspension of an account',
  request: { params: z.object({ accountId: idOf<AccountId>() }) },
  answers: { 200: { description: 'The account, as it was before', body: foundAccountSchema } },
  handle: async ({ ports, actor, params }) => showFound(await restoreAccount(ports, actor, params.accountId)),
});
