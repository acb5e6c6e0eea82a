import { findOwnVehicle } from '../../db/vehicles.ts';
import type { Photo } from '../../db/vehicles.ts';
import type { VehicleId } from '../../schema/ids.ts';
import { publicPath } from '../files/public-path.ts';
import { endpoint } from '../http/endpoint.ts';
import { Problem } from '../http/problems.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ports } from '../ports.ts';
import { vehicleIdParam, vehicleSchema } from './vehicle-schema.ts';
import type { Vehicle } from './vehicle-schema.ts';

/** A vehicle with the addresses of its pictures. */
export const withUrls = <Row extends { photos: readonly Photo[] }>({ photos, ...row }: Row) => ({
  ...row,
  photos: photos.map(({ id, key, width, height }) => ({ id, url: publicPath(key), width, height })),
});

/** One of the operator's own vehicles. Problem: `not_found`. */
export async function showVehicle(
  { db }: Pick<Ports, 'db'>,
  { accountId }: Principal,
  vehicleId: VehicleId,
): Promise<Vehicle> {
  const vehicle = await findOwnVehicle(db, vehicleId, accountId);
  if (!vehicle) throw new Problem('not_found');
  return withUrls(vehicle);
}

export const showVehicleEndpoint = endpoint({
  name: 'showVehicle',
  access: 'operator',
  budget: 1,
  problems: ['not_found'],
  method: 'get',
  path: '/v1/me/vehicles/{vehicleId}',
  tags: ['vehicles'],
  summary: 'One of my vehicles',
  request: { params: vehicleIdParam },
  answers: { 200: { description: 'The vehicle', body: vehicleSchema } },
  handle: ({ ports, actor, params }) => showVehicle(ports, actor, params.vehicleId),
});
