import { z } from '@hono/zod-openapi';
import { moveAccount } from '../../db/accounts.ts';
import { lockCredentials } from '../../db/credentials.ts';
import { lockDriversOf } from '../../db/affiliations.ts';
import {
  eraseOperator,
  eraseOrders,
  eraseTraces,
  findDeals,
  findIdentity,
  insertClosedAccount,
  lockOpenOrders,
} from '../../db/closing.ts';
import { listConsents } from '../../db/consents.ts';
import type { Transaction } from '../../db/engine/client.ts';
import { moveOrders } from '../../db/orders.ts';
import { moveQuotesOf } from '../../db/quotes.ts';
import { endSessionsOfAccount } from '../../db/sessions.ts';
import type { AccountId } from '../../schema/ids.ts';
import { accountTransitions } from '../accounts/account-transitions.ts';
import { currentPassword } from '../accounts/change-password.ts';
import { confirmPassword } from '../accounts/confirm-password.ts';
import { change } from '../changes/change.ts';
import type { Recorder } from '../changes/recorder.ts';
import { completeStep, recordSteps } from '../changes/transition.ts';
import { discardDocuments } from '../documents/discard-documents.ts';
import { endpoint } from '../http/endpoint.ts';
import { json } from '../http/json-body.ts';
import { Problem } from '../http/problems.ts';
import type { AccountActor } from '../identity/actor.ts';
import { isOperator } from '../identity/principal.ts';
import { affiliationTransitions } from '../operators/affiliation-transitions.ts';
import { orderTransitions } from '../orders/order-transitions.ts';
import type { Ports } from '../ports.ts';
import { quoteTransitions } from '../quotes/quote-transitions.ts';
import { withdrawQuotes } from '../quotes/withdraw-quotes.ts';
import { discardVehicles } from '../vehicles/discard-vehicles.ts';
import { clearRefreshCookie } from '../sessions/refresh-cookie.ts';

/** How long what a deal was made with is kept: five years (전자상거래 등에서의 소비자보호에 관한 법률 시행령 6조). */
const keptYears = 5;

/** The name under which others read what somebody wrote who is gone. */
export const closedName = '탈퇴한 회원';

const closing = z.strictObject({ password: currentPassword }).openapi('AccountClosing');

/**
 * Closes the caller's account for ever. Open orders are cancelled and open quotes taken back, and whom that concerns is told; all
 * sessions and keys end; what is personal is erased, and where there was a deal kept apart for as long as the law asks. What others
 * read stays: messages, and the orders and quotes of deals, under no name. Username, e-mail address and telephone are free again.
 * Problems: `deal_running`, `own_account` of an admin, `wrong_password` where it was changed meanwhile.
 *
 * @param passwordHash of the password that was confirmed
 */
export async function closeAccount(ports: Ports, actor: AccountActor, passwordHash: string): Promise<void> {
  const { accountId } = actor;
  // That an active one is left always is not theirs to decide alone.
  if (actor.role === 'admin') throw new Problem('own_account');
  await change(
    ports,
    actor,
    async (tx, record) => {
      // Whoever selects a quote of theirs waits for this, or is seen.
      if ((await lockCredentials(tx, accountId))?.passwordHash !== passwordHash) throw new Problem('wrong_password');
      const deals = await findDeals(tx, accountId);
      if (deals.running) throw new Problem('deal_running');
      const identity = await findIdentity(tx, accountId);
      if (deals.any) await keep(tx, record, accountId, { ...identity });

      if (isOperator(actor)) await leaveMarket(tx, record, accountId);
      else await cancelOrders(tx, record, accountId);
      record.sessionsEnded(accountId, await endSessionsOfAccount(tx, accountId, record.at));
      record.accountShut(accountId);
      await eraseTraces(tx, accountId, record.at);
      await completeStep(tx, record, {
        subject: { kind: 'account', id: accountId },
        transitions: accountTransitions,
        name: 'close',
        moved: await moveAccount(tx, accountId, accountTransitions.close, record.at, { set: nobody(accountId) }),
      });
      if (identity?.email) record.inform(accountId, ['email'], { event: 'account_closed' }, identity.email);
    },
    { changesActor: true },
  );
}

/** What is left of a person in the account's row: a username that nobody can choose, and a password that is none. */
const nobody = (accountId: AccountId) => ({
  username: `~${accountId.replaceAll('-', '').slice(1)}`,
  email: null,
  phone: null,
  emailVerifiedAt: null,
  phoneVerifiedAt: null,
  displayName: closedName,
  passwordHash: '!closed',
  decisionReason: null,
});

async function keep(
  tx: Transaction,
  { at }: Recorder,
  accountId: AccountId,
  identity: Record<string, unknown>,
): Promise<void> {
  const until = new Date(at);
  until.setUTCFullYear(until.getUTCFullYear() + keptYears);
  const kept = { ...identity, consents: await listConsents(tx, accountId) };
  await insertClosedAccount(tx, { accountId, kept, closedAt: at, keptUntil: until.toISOString() });
}

async function cancelOrders(tx: Transaction, record: Recorder, customerId: AccountId): Promise<void> {
  const orderIds = await lockOpenOrders(tx, customerId);
  if (orderIds.length > 0) {
    await moveOrders(tx, orderIds, orderTransitions.cancel, record.at);
    recordSteps(record, { kind: 'order', transitions: orderTransitions, name: 'cancel' }, orderIds);
    const declined = await moveQuotesOf(tx, orderIds, quoteTransitions.decline, record.at);
    const declinedIds = declined.map(({ id }) => id);
    recordSteps(record, { kind: 'quote', transitions: quoteTransitions, name: 'decline' }, declinedIds);
    for (const { orderId, operatorId } of declined)
      record.event([operatorId], { event: 'order_cancelled', order: orderId });
  }
  await eraseOrders(tx, customerId);
}

async function leaveMarket(tx: Transaction, record: Recorder, operatorId: AccountId): Promise<void> {
  await withdrawQuotes(tx, record, { partyId: operatorId });
  await discardDocuments(tx, record, operatorId);
  await discardVehicles(tx, record, operatorId);
  await partFromDrivers(tx, record, operatorId);
  await eraseOperator(tx, operatorId);
}

/** Tells whoever drives for a company that closes, or asked to, that it has no carrier now. */
async function partFromDrivers(tx: Transaction, record: Recorder, company: AccountId): Promise<void> {
  for (const { driverId: driver, state } of await lockDriversOf(tx, company)) {
    const [name, event] =
      state === 'accepted' ? (['remove', 'affiliation_ended'] as const) : (['refuse', 'affiliation_refused'] as const);
    recordSteps(record, { kind: 'affiliation', transitions: affiliationTransitions, name }, [driver]);
    record.event([driver], { event, driver, company });
  }
}

export const closeAccountEndpoint = endpoint({
  name: 'closeAccount',
  access: 'account',
  budget: 35,
  problems: ['wrong_password', 'deal_running', 'own_account', 'too_many_requests'],
  method: 'delete',
  path: '/v1/me',
  tags: ['accounts'],
  summary: 'Close my account for ever',
  request: { body: json(closing) },
  answers: { 204: { description: 'It is closed' } },
  handle: async ({ ports, actor, body, c }) => {
    const { passwordHash } = await confirmPassword(c, ports, actor, body.password);
    await closeAccount(ports, actor, passwordHash);
    clearRefreshCookie(c);
  },
});
