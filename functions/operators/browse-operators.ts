import { z } from '@hono/zod-openapi';
import { newestOperators, operatorsOfRegion, ratedOperators } from '../../db/operator-lists.ts';
import type { AccountId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { regionCodes } from '../text/regions.ts';
import { operatorCardSchema } from './operator-schema.ts';

const browsed = listQuery({
  name: 'browse-operators',
  filters: { region: z.enum(regionCodes).optional() },
  orders: { new: { id: idOf<AccountId>() }, rating: { score: z.int(), id: idOf<AccountId>() } },
});

type Card = z.infer<typeof operatorCardSchema>;

/** Active operators, everywhere or of one region: who joined last first, or who is rated best. */
export async function browseOperators(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof browsed.schema>,
): Promise<Page<Card>> {
  const { selection, page } = browsed.open(query, accountId);
  const { filters, ...wanted } = selection;
  const { region } = filters;
  const { items, nextCursor } = page(
    region !== undefined
      ? await operatorsOfRegion.page(db, { region }, { ...wanted, filters: {} })
      : wanted.order === 'rating'
        ? await ratedOperators.page(db, {}, { ...wanted, filters: {} })
        : withScore(await newestOperators.page(db, {}, { ...wanted, filters: {} })),
  );
  return { items: items.map(({ score: _, ...card }) => card), nextCursor };
}

/** By time nobody looks at it. */
const withScore = <Row extends object>(rows: Row[]) => rows.map((row) => Object.assign(row, { score: 0 }));

export const browseOperatorsEndpoint = endpoint({
  name: 'browseOperators',
  access: 'account',
  budget: 3,
  method: 'get',
  path: '/v1/operators',
  tags: ['operators'],
  summary: 'Operators, everywhere or of one region',
  request: { query: browsed.schema },
  answers: { 200: { description: 'A page', body: pageOf(operatorCardSchema) } },
  handle: ({ ports, actor, query }) => browseOperators(ports, actor, query),
});
