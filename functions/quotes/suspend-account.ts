import { z } from '@hono/zod-openapi';
import { findAccount, lockStanding, moveAccount } from '../../db/accounts.ts';
import { endSessionsOfAccount } from '../../db/sessions.ts';
import type { AccountId } from '../../schema/ids.ts';
import { foundAccountSchema, showFound } from '../accounts/account-schema.ts';
import type { Account } from '../accounts/account-schema.ts';
import { accountTransitions } from '../accounts/account-transitions.ts';
import { change } from '../changes/change.ts';
import type { ChangePorts } from '../changes/change.ts';
import { completeStep } from '../changes/transition.ts';
import { endpoint } from '../http/endpoint.ts';
import { line } from '../http/fields.ts';
import { idOf } from '../http/id.ts';
import { optionalJson } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import type { Actor } from '../identity/actor.ts';
import { withdrawQuotes } from './withdraw-quotes.ts';

/** Why somebody is shut out, as it is told to them. */
export const suspensionReason = line(500);

const suspension = z.strictObject({ reason: suspensionReason.optional() }).openapi('Suspension');

/**
 * Shuts an account out: it cannot log in, its sessions end, its sockets close, and it changes nothing from now on, whatever
 * access tokens are still out. It is written to, with the reason. A customer's open orders are off the market for as long: whoever
 * reads them looks at the account. An operator's quotes that are on offer are withdrawn, a company's drivers' too, as their contracts
 * would be with it.
 *
 * Doing it again changes nothing. Nobody suspends their own account, so that an active admin is left always: of two who suspend each
 * other one comes second, and is suspended. Problems: `not_found`, `own_account`.
 */
export async function suspendAccount(
  ports: ChangePorts,
  actor: Actor,
  accountId: AccountId,
  reason?: string,
): Promise<Account> {
  if (actor.kind === 'account' && actor.accountId === accountId) throw new Problem('own_account');
  await change(ports, actor, async (tx, record) => {
    const standing = await lockStanding(tx, accountId);
    if (standing?.state === 'closed') throw new Problem('not_found');
    const set =
      standing?.state === 'suspended' ? {} : { suspendedFrom: standing?.state, decisionReason: reason ?? null };
    const outcome = await completeStep(tx, record, {
      subject: { kind: 'account', id: accountId },
      transitions: accountTransitions,
      name: 'suspend',
      moved: await moveAccount(tx, accountId, accountTransitions.suspend, record.at, { set }),
    });
    if (outcome === 'already') return;
    record.sessionsEnded(accountId, await endSessionsOfAccount(tx, accountId, record.at));
    record.accountShut(accountId);
    if (standing?.isOperator === true) await withdrawQuotes(tx, record, { partyId: accountId });
    record.inform(accountId, ['email', 'sms'], { event: 'account_suspended' });
  });
  const account = await findAccount(ports.db, accountId);
  if (!account) throw new Problem('not_found');
  return account;
}

export const suspendAccountEndpoint = endpoint({
  name: 'suspendAccount',
  access: 'admin',
  budget: 14,
  problems: ['own_account'],
  step: accountTransitions.suspend,
  method: 'post',
  path: '/v1/admin/accounts/{accountId}/suspend',
  tags: ['admin'],
  summary: 'Suspend an account, end its sessions, and take its open orders and quotes off the market',
  request: { params: z.object({ accountId: idOf<AccountId>() }), body: optionalJson(suspension) },
  answers: { 200: { description: 'The account, suspended', body: foundAccountSchema } },
  handle: async ({ ports, actor, params, body }) =>
    showFound(await suspendAccount(ports, actor, params.accountId, body?.reason)),
});
