import { z } from '@hono/zod-openapi';
import { findActiveOperator } from '../../db/operators.ts';
import type { AccountId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { Problem } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import { operatorSchema } from './operator-schema.ts';
import type { Operator } from './operator-schema.ts';

/** The public face of an active operator. Problem: `not_found` for anyone else's id. */
export async function showOperator({ db }: Ports, operatorId: AccountId): Promise<Operator> {
  const operator = await findActiveOperator(db, operatorId);
  if (!operator) throw new Problem('not_found');
  return { ...operator, verified: true };
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
