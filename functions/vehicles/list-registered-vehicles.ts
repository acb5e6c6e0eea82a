import { z } from '@hono/zod-openapi';
import { registeredVehicles } from '../../db/vehicles.ts';
import type { VehicleId } from '../../schema/ids.ts';
import { vehicleStates } from '../../schema/vehicles.ts';
import { endpoint } from '../http/endpoint.ts';
import { idOf } from '../http/id.ts';
import { listQuery, pageOf } from '../http/paging.ts';
import type { Page } from '../http/paging.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { withUrls } from './show-vehicle.ts';
import { registeredVehicleSchema } from './vehicle-schema.ts';
import type { RegisteredVehicle } from './vehicle-schema.ts';

const registered = listQuery({
  name: 'registered-vehicles',
  filters: { state: z.enum(vehicleStates).default('requested') },
  orders: { old: { id: idOf<VehicleId>() } },
});

/** Vehicles in a state, the longest registered first: unless another is named, those that wait for an admin. */
export async function listRegisteredVehicles(
  { db }: Ports,
  { accountId }: Principal,
  query: z.output<typeof registered.schema>,
): Promise<Page<RegisteredVehicle>> {
  const { selection, page } = registered.open(query, accountId);
  return page((await registeredVehicles.page(db, {}, selection)).map(withUrls));
}

export const listRegisteredVehiclesEndpoint = endpoint({
  name: 'listRegisteredVehicles',
  access: 'admin',
  budget: 2,
  method: 'get',
  path: '/v1/admin/vehicles',
  tags: ['admin'],
  summary: 'Vehicles by state, the longest registered first',
  request: { query: registered.schema },
  answers: { 200: { description: 'A page', body: pageOf(registeredVehicleSchema) } },
  handle: ({ ports, actor, query }) => listRegisteredVehicles(ports, actor, query),
});
