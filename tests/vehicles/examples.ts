import { accounts, manyTimes, operators } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { added, requested, uploaded, validVehicle, verified } from '../support/people/vehicles.ts';

export const examples: Examples = {
  'GET /v1/me/vehicles': async ({ driver }) => ({
    path: '/v1/me/vehicles',
    may: operators,
    lengthen: () => manyTimes(() => added(driver)),
  }),

  'POST /v1/me/vehicles': async () => ({
    path: '/v1/me/vehicles',
    body: validVehicle(),
    may: ['driver', 'otherDriver', 'company', 'pendingDriver'],
    refusals: { suspendedDriver: 'account_suspended' },
    shows: [
      ['driver', '/v1/me/vehicles'],
      ['suspendedDriver', '/v1/me/vehicles'],
    ],
  }),

  'GET /v1/me/vehicles/{vehicleId}': async ({ driver }) => ({
    path: `/v1/me/vehicles/${(await added(driver)).id}`,
    may: ['driver'],
  }),

  'PATCH /v1/me/vehicles/{vehicleId}': async ({ driver, admin }) => {
    const { id, version } = await verified(admin, driver);
    const path = `/v1/me/vehicles/${id}`;
    const body = validVehicle({ amenities: ['wifi'] });
    return { path, body, headers: { 'If-Match': `"${version}"` }, may: ['driver'], shows: [['driver', path]] };
  },

  'DELETE /v1/me/vehicles/{vehicleId}': async ({ driver }) => {
    const path = `/v1/me/vehicles/${(await added(driver)).id}`;
    return { path, may: ['driver'], shows: [['driver', path]] };
  },

  'PUT /v1/me/vehicles/{vehicleId}/photos': async ({ driver }) => {
    const { id } = await added(driver);
    const fileIds = [await uploaded(driver, 'vehicle_photo'), await uploaded(driver, 'vehicle_photo')];
    const path = `/v1/me/vehicles/${id}`;
    return { path: `${path}/photos`, body: { fileIds }, may: ['driver'], shows: [['driver', path]] };
  },

  'POST /v1/me/vehicles/{vehicleId}/verify-request': async ({ driver }) => {
    const path = `/v1/me/vehicles/${(await added(driver)).id}`;
    return { path: `${path}/verify-request`, may: ['driver'], shows: [['driver', path]] };
  },

  'GET /v1/operators/{accountId}/vehicles': async ({ driver, admin }) => ({
    path: `/v1/operators/${driver.id}/vehicles`,
    may: accounts,
    lengthen: () => manyTimes(() => verified(admin, driver)),
  }),

  'GET /v1/admin/vehicles': async ({ driver }) => ({
    path: '/v1/admin/vehicles',
    may: ['admin'],
    lengthen: () => manyTimes(() => requested(driver)),
  }),

  'POST /v1/admin/vehicles/{vehicleId}/approve': async ({ driver }) => {
    const { id, version } = await requested(driver);
    return {
      path: `/v1/admin/vehicles/${id}/approve`,
      headers: { 'If-Match': `"${version}"` },
      may: ['admin'],
      shows: [['driver', `/v1/me/vehicles/${id}`]],
    };
  },

  'POST /v1/admin/vehicles/{vehicleId}/revoke': async ({ driver, admin }) => {
    const { id } = await verified(admin, driver);
    return {
      path: `/v1/admin/vehicles/${id}/revoke`,
      body: { reason: '등록증이 위조되었습니다.' },
      may: ['admin'],
      shows: [['driver', `/v1/me/vehicles/${id}`]],
    };
  },

  'POST /v1/admin/vehicles/{vehicleId}/refuse': async ({ driver }) => {
    const { id } = await requested(driver);
    return {
      path: `/v1/admin/vehicles/${id}/refuse`,
      body: { reason: '등록증의 번호와 다릅니다.' },
      may: ['admin'],
      shows: [['driver', `/v1/me/vehicles/${id}`]],
    };
  },
};
