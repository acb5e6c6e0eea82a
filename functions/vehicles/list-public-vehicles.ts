import { z } from '@hono/zod-openapi';
import { isActiveOperator } from '../../db/operators.ts';
import { publicVehicles } from '../../db/vehicles.ts';
import type { AccountId, VehicleId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { withUrls } from './show-vehicle.ts';
import { publicVehicleSchema } from './vehicle-schema.ts';

const verified = listQuery({ name: 'operator-vehicles', orders: { new: { id: idOf<VehicleId>() } } });

/** The verified vehicles of an active operator, newest first, without their plates. Problem: `not_found` for anyone else's id. */
export async function listPublicVehicles(
  { db }: Ports,
  { accountId }: Principal,
  operatorId: AccountId,
  query: z.output<typeof verified.schema>,
): Promise<Page<z.infer<typeof publicVehicleSchema>>> {
  const { selection, page } = verified.open(query, accountId, operatorId);
  if (!(await isActiveOperator(db, operatorId))) throw new Problem('not_found');
  return page((await publicVehicles.page(db, { operatorId }, selection)).map(withUrls));
}

export const listPublicVehiclesEndpoint = endpoint({
  name: 'listPublicVehicles',
  access: 'account',
  // An admin's own state is read first.
  budget: 3,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/operators/{accountId}/vehicles',
  tags: ['vehicles'],
  summary: 'The verified vehicles of an operator, newest first',
  request: { params: z.object({ accountId: idOf<AccountId>() }), query: verified.schema },
  answers: { 200: { description: 'A page', body: pageOf(publicVehicleSchema) } },
  handle: ({ ports, actor, params, query }) => listPublicVehicles(ports, actor, params.accountId, query),
});
