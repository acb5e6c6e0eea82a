import { and, asc, eq, gt } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import type { AccountId } from '../schema/ids.ts';
import { operators } from '../schema/operators.ts';
import { accountColumns } from './accounts.ts';
import type { Database } from './engine/client.ts';
import { firstId } from './engine/ids.ts';
import { given, givenNumber, statement } from './engine/statement.ts';

const faceById = statement((qb) =>
  qb
    .select({
      id: accounts.id,
      role: accounts.role,
      displayName: accounts.displayName,
      introduction: operators.introduction,
      serviceArea: operators.serviceArea,
      address: operators.address,
      fleetSize: operators.fleetSize,
      rating: operators.rating,
      reviewCount: operators.reviewCount,
      memberSince: accounts.createdAt,
    })
    .from(accounts)
    .innerJoin(operators, eq(operators.accountId, accounts.id))
    .where(and(eq(accounts.id, given(accounts.id, 'id')), eq(accounts.state, 'active'))),
);

/** The public face of an operator, while it is active. */
export async function findActiveOperator(db: Database, id: AccountId) {
  const [operator] = await faceById(db, { id });
  return operator;
}

const operatorsByState = statement((qb) =>
  qb
    .select({
      ...accountColumns,
      introduction: operators.introduction,
      serviceArea: operators.serviceArea,
      businessNumber: operators.businessNumber,
      address: operators.address,
      fleetSize: operators.fleetSize,
    })
    .from(accounts)
    .innerJoin(operators, eq(operators.accountId, accounts.id))
    .where(
      and(
        eq(accounts.isOperator, true),
        eq(accounts.state, given(accounts.state, 'state')),
        gt(accounts.id, given(accounts.id, 'after')),
      ),
    )
    .orderBy(asc(accounts.id))
    .limit(givenNumber('limit')),
);

export type AccountState = (typeof accounts.$inferSelect)['state'];

/** Operators in a state that came after `after`, the longest registered first. */
export async function listOperatorsByState(
  db: Database,
  state: AccountState,
  after: AccountId | undefined,
  limit: number,
) {
  return operatorsByState(db, { state, after: after ?? firstId, limit });
}
