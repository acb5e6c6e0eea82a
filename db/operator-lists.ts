import { and, eq, gte, sql } from 'drizzle-orm';
import { accounts } from '../schema/accounts.ts';
import { operatorRegions, operators } from '../schema/operators.ts';
import { List } from './engine/list.ts';
import { listOf, statement } from './engine/statement.ts';
import { cardColumns } from './operators.ts';

/** Active operators, those who joined last first. */
export const newestOperators = new List({
  table: accounts,
  scope: {},
  fixed: [
    [accounts.isOperator, true],
    [accounts.state, 'active'],
  ],
  filters: {},
  orders: { new: { by: { id: accounts.id }, direction: 'desc' } },
  needs: {},
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({ ...cardColumns, id: accounts.id })
      .from(accounts, on)
      .innerJoin(operators, eq(operators.accountId, accounts.id))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

/** Active operators by their ratings. Those that are not active are read in vain: of those with ratings few, and all others are last. */
export const ratedOperators = new List({
  table: operators,
  scope: {},
  filters: {},
  orders: { rating: { by: { score: operators.score, id: operators.accountId }, direction: 'desc' } },
  needs: {},
  // Every score: that makes a range of the index, of which no more is read than is shown.
  extraWhere: () => and(gte(operators.score, 0), eq(accounts.state, 'active')),
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({ ...cardColumns, score: operators.score })
      .from(operators, on)
      .innerJoin(accounts, eq(accounts.id, operators.accountId))
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
});

const cardsOf = statement({ ids: listOf(operators.accountId) }, (qb, { ids }) =>
  qb
    .select(cardColumns)
    .from(operators)
    .innerJoin(accounts, eq(accounts.id, operators.accountId))
    .where(sql`${operators.accountId} in ${ids}`),
);

/** Whether the account of a region's row is active: not by a join, which MariaDB would begin at the other end, by the same id. */
const isActive = sql`(select ${accounts.state} from ${accounts} where ${accounts.id} = ${operatorRegions.accountId}) = 'active'`;

/** Active operators that drive in a region. */
export const operatorsOfRegion = new List({
  table: operatorRegions,
  scope: { region: operatorRegions.region },
  filters: {},
  orders: {
    new: { by: { id: operatorRegions.accountId }, direction: 'desc' },
    rating: { by: { score: operatorRegions.score, id: operatorRegions.accountId }, direction: 'desc' },
  },
  needs: {},
  extraWhere: () => isActive,
  select: (qb, _params, { on, where, orderBy, limit }) =>
    qb
      .select({ id: operatorRegions.accountId, score: operatorRegions.score })
      .from(operatorRegions, on)
      .where(where)
      .orderBy(...orderBy)
      .limit(limit),
  show: async (rows, db) => {
    if (rows.length === 0) return [];
    const cards = await cardsOf(db, { ids: rows.map(({ id }) => id) });
    const byId = new Map(cards.map((card) => [card.id, card]));
    return rows.flatMap(({ id, score }) => {
      const card = byId.get(id);
      return card === undefined ? [] : [{ ...card, score }];
    });
  },
});
