import { z } from '@hono/zod-openapi';
import { listRegisteredOperators } from '../../db/operators.ts';
import { accountStates } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { foundAccountSchema } from '../accounts/account-schema.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';

/** Without how it is reached: that stands on its page, whose readers are written down (`GET /v1/admin/accounts/{accountId}`). */
const registeredOperatorSchema = foundAccountSchema
  .extend({
    introduction: z.string(),
    serviceArea: z.string(),
    businessNumber: z.string().nullable(),
    address: z.string().nullable(),
    fleetSize: z.int().nullable(),
  })
  .openapi('RegisteredOperator');

type RegisteredOperator = z.infer<typeof registeredOperatorSchema>;

const registered = listQuery({
  name: 'operators',
  filters: { state: z.enum(accountStates).default('pending') },
  orders: { old: { id: idOf<AccountId>() } },
});

/** Operators in a state with what a verification looks at; who waits longest comes first. */
export async function listOperators(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof registered.schema>,
): Promise<Page<RegisteredOperator>> {
  const { selection, page } = registered.open(query, accountId);
  return page(await listRegisteredOperators(db, query.state, selection));
}

export const listOperatorsEndpoint = endpoint({
  name: 'listOperators',
  access: 'admin',
  budget: 2,
  method: 'get',
  path: '/v1/admin/operators',
  tags: ['admin'],
  summary: 'Operators by state, the longest registered first',
  request: { query: registered.schema },
  answers: { 200: { description: 'A page', body: pageOf(registeredOperatorSchema) } },
  handle: ({ ports, actor, query }) => listOperators(ports, actor, query),
});
