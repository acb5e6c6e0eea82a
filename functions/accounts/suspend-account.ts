import { z } from '@hono/zod-openapi';
import { findAccount, suspendAccount as moveToSuspended } from '../../db/accounts.ts';
import { endSessionsOfAccount } from '../../db/sessions.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { AccountId } from '../../schema/ids.ts';
import { accountSchema } from './account-schema.ts';
import type { Account } from './account-schema.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { announceSessionEnd } from '../sessions/session-end.ts';
import type { Principal } from '../identity/principal.ts';

/**
 * Shuts an account out: it cannot log in, its sessions end, its sockets close. Access tokens that are out live on until
 * they end, ten minutes at most. Doing it again changes nothing. Problems: `not_found`, `own_account`.
 */
export async function suspendAccount(ports: Ports, principal: Principal, accountId: AccountId): Promise<Account> {
  if (accountId === principal.accountId) throw new Problem('own_account');
  const { account, sessionIds } = await transaction(ports.db, async (tx) => {
    await moveToSuspended(tx, accountId);
    return {
      sessionIds: await endSessionsOfAccount(tx, accountId, toInstant(ports.clock.now())),
      account: await findAccount(tx, accountId),
    };
  });
  if (!account) throw new Problem('not_found');
  await Promise.all(sessionIds.map((sessionId) => announceSessionEnd(ports, accountId, sessionId)));
  return account;
}

export const suspendAccountEndpoint = endpoint({
  name: 'suspendAccount',
  access: 'admin',
  budget: 6,
  problems: ['not_found', 'own_account'],
  method: 'post',
  path: '/v1/admin/accounts/{accountId}/suspend',
  tags: ['admin'],
  summary: 'Suspend an account and end its sessions',
  request: { params: z.object({ accountId: idOf<AccountId>() }) },
  answers: { 200: { description: 'The account, suspended', body: accountSchema } },
  handle: ({ ports, actor, params }) => suspendAccount(ports, actor, params.accountId),
});
