import { z } from '@hono/zod-openapi';
import { findActiveOperator } from '../../db/operators.ts';
import { accountRoles } from '../../schema/accounts.ts';
import type { AccountId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';

/** What anyone who is logged in may know of an operator; never how to reach it outside KingBus. */
const operatorSchema = z
  .object({
    id: z.uuid(),
    role: z.enum(accountRoles),
    displayName: z.string(),
    introduction: z.string(),
    serviceArea: z.string(),
    address: z.string().nullable().openapi({ description: 'Of a company.' }),
    fleetSize: z.int().nullable().openapi({ description: 'Buses of a company.' }),
    rating: z.number().nullable().openapi({ description: '1.0 to 5.0; null before the first review.' }),
    reviewCount: z.int(),
    memberSince: z.string(),
  })
  .openapi('Operator');

type Operator = z.infer<typeof operatorSchema>;

/** The public face of an active operator. Problem: `not_found` for anyone else's id. */
export async function showOperator({ db }: Ports, operatorId: AccountId): Promise<Operator> {
  const operator = await findActiveOperator(db, operatorId);
  if (!operator) throw new Problem('not_found');
  return operator;
}

export const showOperatorEndpoint = endpoint({
  name: 'showOperator',
  access: 'account',
  budget: 2,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/operators/{accountId}',
  tags: ['operators'],
  summary: 'The public profile of an operator',
  request: { params: z.object({ accountId: idOf<AccountId>() }) },
  answers: { 200: { description: 'The operator', body: operatorSchema } },
  handle: ({ ports, params }) => showOperator(ports, params.accountId),
});
