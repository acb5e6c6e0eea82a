import { and, eq, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operators } from '../schema/operators.ts';
import { accountColumns } from './accounts.ts';
import type { AccountState } from './accounts.ts';
import type { Sql } from './engine/client.ts';
import { List } from './engine/list.ts';
import type { PageRequestOf } from './engine/list.ts';
import { statement } from './engine/statement.ts';

/** The mean of all ratings, 1.0 to 5.0; null before the first. Derived, so that it is exact. */
export const rating = sql<number | null>`round(${operators.ratingPoints} / nullif(${operators.reviewCount}, 0) / 2, 1)`
  .mapWith(Number)
  .as('rating');

const faceById = statement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({
      id: accounts.id,
      role: accounts.role,
      displayName: accounts.displayName,
      introduction: operators.introduction,
      serviceArea: operators.serviceArea,
      address: operators.address,
      fleetSize: operators.fleetSize,
      rating,
      reviewCount: operators.reviewCount,
      memberSince: accounts.createdAt,
    })
    .from(accounts)
    .innerJoin(operators, eq(operators.accountId, accounts.id))
    .where(and(eq(accounts.id, id), eq(accounts.state, 'active'))),
);

/** The public face of an operator, while it is active. */
export async function findActiveOperator(db: Sql, id: AccountId) {
  const [operator] = await faceById(db, { id });
  return operator;
}

const activeById = statement({ id: accounts.id }, (qb, { id }) =>
  qb
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.id, id), eq(accounts.isOperator, true), eq(accounts.state, 'active'))),
);

/** Whether an operator has a public face. */
export const isActiveOperator = async (db: Sql, id: AccountId): Promise<boolean> =>
  (await activeById(db, { id })).length > 0;

export const registeredOperators = new List({
  table: accounts,
  scope: { state: accounts.state },
  fixed: [[accounts.isOperator, true]],
  filters: {},
  orders: { old: { by: { id: accounts.id }, direction: 'asc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({
        ...accountColumns,
        introduction: operators.introduction,
        serviceArea: operators.serviceArea,
        businessNumber: operators.businessNumber,
        address: operators.address,
        fleetSize: operators.fleetSize,
      })
      .from(accounts, on)
      .innerJoin(operators, eq(operators.accountId, accounts.id))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** Operators in a state with all that they registered with. */
export const listRegisteredOperators = (
  db: Sql,
  state: AccountState,
  wanted: Omit<PageRequestOf<typeof registeredOperators>, 'filters'>,
) => registeredOperators.page(db, { state }, { ...wanted, filters: {} });
