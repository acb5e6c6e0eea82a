import { accounts, everyone, manyTimes, operators } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { affiliate, askFor, companyCodeOf, newCompany, newDriver } from '../support/people/people.ts';

/** Operators that may write. */
const writers = ['driver', 'otherDriver', 'company', 'pendingDriver'] as const;

export const examples: Examples = {
  'GET /v1/regions': async () => ({ path: '/v1/regions', may: everyone }),

  'GET /v1/operators': async () => ({
    path: '/v1/operators',
    may: accounts,
    lengthen: () => manyTimes(() => newDriver()),
  }),

  'GET /v1/operators/{accountId}': async ({ driver }) => ({ path: `/v1/operators/${driver.id}`, may: accounts }),

  'GET /v1/me/operator': async () => ({ path: '/v1/me/operator', may: operators }),

  'PATCH /v1/me/operator': async ({ driver }) => ({
    path: '/v1/me/operator',
    body: { introduction: '안전하게 모시겠습니다.', regions: ['11', '41'], contactPhone: '031-234-5678' },
    headers: { 'If-Match': '*' },
    may: writers,
    shows: [[driver, '/v1/me/operator']],
  }),

  'POST /v1/me/operator/code': async ({ company }) => ({
    path: '/v1/me/operator/code',
    may: ['company'],
    refusals: { driver: 'forbidden', otherDriver: 'forbidden', pendingDriver: 'forbidden' },
    shows: [[company, '/v1/me/operator']],
  }),

  'POST /v1/me/affiliation': async ({ pendingDriver, company }) => {
    await affiliate(pendingDriver, null);
    return {
      path: '/v1/me/affiliation',
      body: { companyCode: await companyCodeOf(company) },
      may: ['pendingDriver'],
      refusals: { driver: 'carrier_named', otherDriver: 'carrier_named', company: 'forbidden' },
      shows: [[pendingDriver, '/v1/me/operator']],
    };
  },

  'DELETE /v1/me/affiliation': async ({ driver, otherDriver }) => {
    const carrier = await newCompany();
    const again = () => Promise.all([driver, otherDriver].map((each) => affiliate(each, carrier)));
    await again();
    return { path: '/v1/me/affiliation', may: writers, shows: [[driver, '/v1/me/operator']], afterwards: again };
  },

  'GET /v1/me/drivers': async ({ company }) => ({
    path: '/v1/me/drivers',
    may: ['company', 'driver', 'otherDriver', 'pendingDriver', 'suspendedDriver'],
    lengthen: () => manyTimes(async () => askFor(await newDriver({ active: false, carrier: null }), company)),
  }),

  'POST /v1/me/drivers/{driverId}/accept': async ({ company }) => {
    const driver = await newDriver({ active: false, carrier: null });
    await askFor(driver, company);
    return {
      path: `/v1/me/drivers/${driver.id}/accept`,
      may: ['company'],
      shows: [[driver, '/v1/me/operator']],
    };
  },

  'POST /v1/me/drivers/{driverId}/remove': async ({ company }) => {
    const driver = await newDriver({ carrier: company });
    return {
      path: `/v1/me/drivers/${driver.id}/remove`,
      may: ['company'],
      shows: [[driver, '/v1/me/operator']],
    };
  },

  'GET /v1/admin/operators': async () => ({
    path: '/v1/admin/operators',
    may: ['admin'],
    lengthen: () => manyTimes(() => newDriver({ active: false })),
  }),

  'POST /v1/admin/operators/{accountId}/activate': async () => {
    const person = await newDriver({ active: false });
    return { path: `/v1/admin/operators/${person.id}/activate`, may: ['admin'], shows: [[person, '/v1/me']] };
  },

  'POST /v1/admin/operators/{accountId}/refuse': async () => {
    const person = await newDriver({ active: false });
    return {
      path: `/v1/admin/operators/${person.id}/refuse`,
      body: { reason: '면허증 사진이 흐립니다.' },
      may: ['admin'],
      shows: [[person, '/v1/me/operator']],
    };
  },

  'GET /v1/admin/accounts': async () => ({
    path: '/v1/admin/accounts',
    may: ['admin'],
    lengthen: () => manyTimes(() => newDriver({ active: false })),
  }),

  'GET /v1/admin/accounts/{accountId}': async ({ company }) => ({
    path: `/v1/admin/accounts/${company.id}`,
    may: ['admin'],
  }),

  'GET /v1/admin/audit': async () => ({
    path: '/v1/admin/audit',
    may: ['admin'],
    lengthen: () => manyTimes(() => newDriver({ active: false })),
  }),

  'GET /v1/me/audit': async ({ company }) => ({
    path: '/v1/me/audit',
    may: ['company', ...accounts.filter((caller) => caller !== 'company')],
    lengthen: () => manyTimes(() => company.post('/v1/me/operator/code')),
  }),
};
