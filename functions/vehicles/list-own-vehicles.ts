import type { z } from '@hono/zod-openapi';
import { ownVehicles } from '../../db/vehicles.ts';
import type { VehicleId } from '../../schema/ids.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { withUrls } from './show-vehicle.ts';
import { vehicleSchema } from './vehicle-schema.ts';
import type { Vehicle } from './vehicle-schema.ts';

const own = listQuery({ name: 'own-vehicles', orders: { new: { id: idOf<VehicleId>() } } });

/** The vehicles that the operator has, in whatever state, newest first. Those that were removed are gone. */
export async function listOwnVehicles(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof own.schema>,
): Promise<Page<Vehicle>> {
  const { selection, page } = own.open(query, accountId);
  return page((await ownVehicles.page(db, { operatorId: accountId }, selection)).map(withUrls));
}

export const listOwnVehiclesEndpoint = endpoint({
  name: 'listOwnVehicles',
  access: 'operator',
  budget: 1,
  method: 'get',
  path: '/v1/me/vehicles',
  tags: ['vehicles'],
  summary: 'My vehicles, newest first',
  request: { query: own.schema },
  answers: { 200: { description: 'A page', body: pageOf(vehicleSchema) } },
  handle: ({ ports, actor, query }) => listOwnVehicles(ports, actor, query),
});
