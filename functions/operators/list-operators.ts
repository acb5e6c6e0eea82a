import { z } from '@hono/zod-openapi';
import { listOperatorsByState } from '../../db/operators.ts';
import { accountStates } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { accountSchema } from '../accounts/account-schema.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Ports } from '../ports.ts';

const registeredOperatorSchema = accountSchema
  .extend({
    introduction: z.string(),
    serviceArea: z.string(),
    businessNumber: z.string().nullable(),
    address: z.string().nullable(),
    fleetSize: z.int().nullable(),
  })
  .openapi('RegisteredOperator');

type RegisteredOperator = z.infer<typeof registeredOperatorSchema>;

const query = pageQuery.extend({ state: z.enum(accountStates).default('pending') });

/** Operators in a state with all that they registered with; who waits longest comes first. */
export async function listOperators(
  { db }: Ports,
  { state, limit, cursor }: z.infer<typeof query>,
): Promise<Page<RegisteredOperator>> {
  const after = decodeCursor(cursor, idOf<AccountId>());
  return toPage(await listOperatorsByState(db, state, after, limit + 1), limit, ({ id }) => id);
}

export const listOperatorsEndpoint = endpoint({
  name: 'listOperators',
  access: 'admin',
  budget: 2,
  method: 'get',
  path: '/v1/admin/operators',
  tags: ['admin'],
  summary: 'Operators by state, the longest registered first',
  request: { query },
  answers: { 200: { description: 'A page', body: pageOf(registeredOperatorSchema) } },
  handle: ({ ports, query }) => listOperators(ports, query),
});
