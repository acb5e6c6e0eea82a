import { and, eq, isNull, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { accounts, closedAccounts, consents } from '../schema/accounts.ts';
import { apiKeys } from '../schema/api-keys.ts';
import { documents } from '../schema/documents.ts';
import { files } from '../schema/files.ts';
import type { AccountId, OrderId } from '../schema/ids.ts';
import { operatorRegions, operators } from '../schema/operators.ts';
import { orders, orderStops } from '../schema/orders.ts';
import { quotes } from '../schema/quotes.ts';
import { sessions } from '../schema/sessions.ts';
import { vehicles } from '../schema/vehicles.ts';
import type { Transaction } from './engine/client.ts';
import { lockingStatement, statement } from './engine/statement.ts';
import { insertRow } from './engine/write.ts';

/** Deals that somebody sold: with the quote that was selected, theirs or that of a driver of theirs. */
const sold = (by: SQL): SQL =>
  sql`select 1 from ${quotes} join ${orders} on ${orders.id} = ${quotes.orderId} where ${by} and ${quotes.state} = 'selected'`;
const exists = (deals: SQL): SQL => sql`exists (${deals})`;
const runs = (deals: SQL): SQL => sql`exists (${deals} and ${orders.state} in ('selected', 'paid'))`;

const dealsOfAccount = statement({ accountId: accounts.id }, (qb, { accountId }) => {
  const asCustomer = sql`select 1 from ${orders} where ${orders.customerId} = ${accountId} and ${orders.selectedQuoteId} is not null`;
  const asOperator = sold(sql`${quotes.operatorId} = ${accountId}`);
  const asCarrier = sold(sql`${quotes.carrierId} = ${accountId}`);
  return qb
    .select({
      running: sql<boolean>`${runs(asCustomer)} or ${runs(asOperator)} or ${runs(asCarrier)}`
        .mapWith(Boolean)
        .as('running'),
      any: sql<boolean>`${exists(asCustomer)} or ${exists(asOperator)} or ${exists(asCarrier)}`
        .mapWith(Boolean)
        .as('any_deal'),
    })
    .from(accounts)
    .where(eq(accounts.id, accountId));
});

/** Whether an account is a party of a deal that runs, and whether it ever was of any. */
export async function findDeals(tx: Transaction, accountId: AccountId): Promise<{ running: boolean; any: boolean }> {
  const [found] = await dealsOfAccount(tx, { accountId });
  return found ?? { running: false, any: false };
}

const identityById = statement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({
      role: accounts.role,
      username: accounts.username,
      email: accounts.email,
      phone: accounts.phone,
      displayName: accounts.displayName,
      createdAt: accounts.createdAt,
      businessNumber: operators.businessNumber,
      registrationNumber: operators.registrationNumber,
      address: operators.address,
      contactPhone: operators.contactPhone,
      carrierId: operators.carrierId,
    })
    .from(accounts)
    .leftJoin(operators, eq(operators.accountId, accounts.id))
    .where(eq(accounts.id, id)),
);

/** Who somebody is, as the other party of a deal, or the law, may ask. */
export async function findIdentity(tx: Transaction, id: AccountId) {
  const [identity] = await identityById(tx, { id });
  return identity;
}

/** Keeps what the law asks for, apart from everything that works. */
export async function insertClosedAccount(
  tx: Transaction,
  row: { accountId: AccountId; kept: Record<string, unknown>; closedAt: string; keptUntil: string },
): Promise<void> {
  await insertRow(tx, closedAccounts, row);
}

/** Erases what an account of any kind has left, but what others read: messages, and what was ordered. */
export async function eraseTraces(tx: Transaction, accountId: AccountId, at: string): Promise<void> {
  await tx.delete(apiKeys).where(eq(apiKeys.accountId, accountId));
  await tx.update(sessions).set({ device: null, address: null }).where(eq(sessions.accountId, accountId));
  await tx.delete(consents).where(eq(consents.accountId, accountId));
  // What hangs on a room is its members' to read.
  await tx
    .update(files)
    .set({ deletedAt: at })
    .where(and(eq(files.ownerId, accountId), isNull(files.roomId), isNull(files.deletedAt)));
}

/** Erases where a customer wanted to be taken, and what they wrote of it, where no deal came of it. */
export async function eraseOrders(tx: Transaction, customerId: AccountId): Promise<void> {
  await tx.execute(sql`
    update ${orders} join ${orderStops} on ${orderStops.orderId} = ${orders.id}
    set ${orders.remarks} = null, ${orders.driverSchedule} = null,
      ${orderStops.address} = '', ${orderStops.latitude} = null, ${orderStops.longitude} = null
    where ${orders.customerId} = ${customerId} and ${orders.selectedQuoteId} is null`);
}

/** Erases what an operator showed of itself, its buses and its papers. Its ratings stay: they are others' words. */
export async function eraseOperator(tx: Transaction, accountId: AccountId): Promise<void> {
  await tx
    .update(operators)
    .set({
      introduction: '',
      serviceArea: '',
      businessNumber: null,
      address: null,
      fleetSize: null,
      contactPhone: null,
      videoLink: null,
      garage: null,
      companyCode: null,
      registrationNumber: null,
      carrierId: null,
      affiliation: 'none',
      affiliatedAt: null,
    })
    .where(eq(operators.accountId, accountId));
  // Whoever drove for it has no carrier now.
  await tx
    .update(operators)
    .set({ carrierId: null, affiliation: 'none', affiliatedAt: null })
    .where(eq(operators.carrierId, accountId));
  await tx.delete(operatorRegions).where(eq(operatorRegions.accountId, accountId));
  // Its papers and buses are discarded already; what was written of them goes, too.
  await tx.update(documents).set({ fileId: null, decisionReason: null }).where(eq(documents.operatorId, accountId));
  await tx
    .update(vehicles)
    .set({ plate: '', model: '', decisionReason: null })
    .where(eq(vehicles.operatorId, accountId));
}

const openOrdersOf = lockingStatement({ customerId: orders.customerId }, (qb, { customerId }) =>
  qb
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.customerId, customerId), eq(orders.state, 'open')))
    .for('update'),
);

/** A customer's open orders, locked. */
export async function lockOpenOrders(tx: Transaction, customerId: AccountId): Promise<OrderId[]> {
  const rows = await openOrdersOf(tx, { customerId });
  return rows.map(({ id }) => id);
}
