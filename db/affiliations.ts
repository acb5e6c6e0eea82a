import { and, eq, ne, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operators } from '../schema/operators.ts';
import type { affiliationStates } from '../schema/operators.ts';
import type { Sql, Transaction } from './engine/client.ts';
import { List } from './engine/list.ts';
import { mover } from './engine/move.ts';
import { lockingStatement, sharingStatement, statement } from './engine/statement.ts';

export type AffiliationState = (typeof affiliationStates)[number];

const affiliationOf = lockingStatement({ driverId: operators.accountId }, (qb, { driverId }) =>
  qb
    .select({ carrierId: operators.carrierId, state: operators.affiliation })
    .from(operators)
    .where(eq(operators.accountId, driverId))
    .for('update'),
);

/** Which carrier a driver named last, and where it stands with it; nobody changes it before this transaction ends. */
export async function lockAffiliation(tx: Transaction, driverId: AccountId) {
  const [row] = await affiliationOf(tx, { driverId });
  return row;
}

const driversOf = lockingStatement({ carrierId: operators.carrierId }, (qb, { carrierId }) =>
  qb
    .select({ driverId: operators.accountId, state: operators.affiliation })
    .from(operators)
    .where(and(eq(operators.carrierId, carrierId), ne(operators.affiliation, 'none')))
    .for('update'),
);

/** The drivers of a company, and those who ask to be; locked. */
export const lockDriversOf = (tx: Transaction, carrierId: AccountId) => driversOf(tx, { carrierId });

/** Moves a driver's affiliation from state to state. */
export const moveAffiliation = mover<AffiliationState>(operators, {
  id: operators.accountId,
  state: operators.affiliation,
  version: operators.version,
});

const companyByCode = statement({ companyCode: operators.companyCode }, (qb, { companyCode }) =>
  qb
    .select({ id: accounts.id, displayName: accounts.displayName, state: accounts.state })
    .from(operators)
    .innerJoin(accounts, eq(accounts.id, operators.accountId))
    .where(and(eq(operators.companyCode, companyCode), eq(accounts.role, 'company'))),
);

/** The company that has this code. */
export async function findCompanyByCode(db: Sql, companyCode: string) {
  const [company] = await companyByCode(db, { companyCode });
  return company;
}

const heldCarrier = sharingStatement({ driverId: operators.accountId }, (qb, { driverId }) =>
  qb
    .select({ id: accounts.id, state: accounts.state })
    .from(operators)
    .innerJoin(accounts, eq(accounts.id, operators.carrierId))
    .where(and(eq(operators.accountId, driverId), eq(operators.affiliation, 'accepted'))),
);

/** The carrier that has accepted a driver, and how it stands: neither changes before this transaction ends. */
export async function holdCarrier(tx: Transaction, driverId: AccountId) {
  const [carrier] = await heldCarrier(tx, { driverId });
  return carrier;
}

/** The drivers of a company in one state. */
export const companyDrivers = new List({
  table: operators,
  scope: { carrierId: operators.carrierId, affiliation: operators.affiliation },
  filters: {},
  orders: { new: { by: { id: operators.accountId }, direction: 'desc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({
        id: operators.accountId,
        displayName: accounts.displayName,
        introduction: operators.introduction,
        contactPhone: operators.contactPhone,
        state: operators.affiliation,
        since: operators.affiliatedAt,
        verified: sql<boolean>`${accounts.state} = 'active'`.mapWith(Boolean).as('verified'),
      })
      .from(operators, on)
      .innerJoin(accounts, eq(accounts.id, operators.accountId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});
