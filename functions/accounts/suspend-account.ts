import { z } from '@hono/zod-openapi';
import { findAccount, lockStanding, moveAccount } from '../../db/accounts.ts';
import { endSessionsOfAccount } from '../../db/sessions.ts';
import type { AccountId } from '../../schema/ids.ts';
import { accountSchema } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';
import { accountTransitions } from './account-transitions.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';

/**
 * Shuts an account out: it cannot log in, its sessions end, its sockets close, and it changes nothing from now on, whatever
 * access tokens are still out. Doing it again changes nothing. Nobody suspends their own account, so that an active admin is left
 * always: of two who suspend each other one comes second, and is suspended. Problems: `not_found`, `own_account`.
 */
export async function suspendAccount(ports: ChangePorts, actor: Actor, accountId: AccountId): Promise<Account> {
  if (actor.kind === 'account' && actor.accountId === accountId) throw new Problem('own_account');
  await change(ports, actor, async (tx, record) => {
    const standing = await lockStanding(tx, accountId);
    const set = standing?.state === 'suspended' ? {} : { suspendedFrom: standing?.state };
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'account', id: accountId },
      transitions: accountTransitions,
      name: 'suspend',
      moved: await moveAccount(tx, accountId, accountTransitions.suspend, record.at, { set }),
    });
    if (outcome !== 'moved') return;
    record.sessionsEnded(accountId, await endSessionsOfAccount(tx, accountId, record.at));
    record.accountShut(accountId);
  });
  const account = await findAccount(ports.db, accountId);
  if (!account) throw new Problem('not_found');
  return account;
}

export const suspendAccountEndpoint = endpoint({
  name: 'suspendAccount',
  access: 'admin',
  budget: 10,
  problems: ['own_account'],
  step: accountTransitions.suspend,
  method: 'post',
  path: '/v1/admin/accounts/{accountId}/suspend',
  tags: ['admin'],
  summary: 'Suspend an account and end its sessions',
  request: { params: z.object({ accountId: idOf<AccountId>() }) },
  answers: { 200: { description: 'The account, suspended', body: accountSchema } },
  handle: ({ ports, actor, params }) => suspendAccount(ports, actor, params.accountId),
});
