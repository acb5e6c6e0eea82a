import { manyTimes, operators } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { approved, handedIn, validDocument } from '../support/people/documents.ts';
import { newDriver } from '../support/people/people.ts';

export const examples: Examples = {
  'GET /v1/me/documents': async ({ driver }) => ({
    path: '/v1/me/documents',
    may: operators,
    lengthen: () => manyTimes(() => handedIn(driver)),
  }),

  'POST /v1/me/documents': async ({ driver }) => ({
    path: '/v1/me/documents',
    body: await validDocument(driver),
    may: ['driver'],
    // A file is its owner's alone.
    refusals: {
      otherDriver: 'validation_failed',
      company: 'validation_failed',
      pendingDriver: 'validation_failed',
      suspendedDriver: 'account_suspended',
    },
    shows: [
      ['driver', '/v1/me/documents'],
      ['otherDriver', '/v1/me/documents'],
    ],
  }),

  'DELETE /v1/me/documents/{documentId}': async ({ driver }) => ({
    path: `/v1/me/documents/${(await handedIn(driver)).id}`,
    may: ['driver'],
    shows: [['driver', '/v1/me/documents']],
  }),

  'GET /v1/admin/documents': async () => ({
    path: '/v1/admin/documents',
    may: ['admin'],
    lengthen: () => manyTimes(async () => handedIn(await newDriver())),
  }),

  'POST /v1/admin/documents/{documentId}/approve': async ({ driver }) => ({
    path: `/v1/admin/documents/${(await handedIn(driver)).id}/approve`,
    may: ['admin'],
    shows: [['driver', '/v1/me/documents']],
  }),

  'POST /v1/admin/documents/{documentId}/revoke': async ({ admin }) => {
    const person = await newDriver();
    return {
      path: `/v1/admin/documents/${(await approved(admin, person)).id}/revoke`,
      body: { reason: '위조된 서류입니다.' },
      may: ['admin'],
      shows: [[person, '/v1/me/documents']],
    };
  },

  'POST /v1/admin/documents/{documentId}/refuse': async ({ driver }) => ({
    path: `/v1/admin/documents/${(await handedIn(driver)).id}/refuse`,
    body: { reason: '사진이 흐려 읽을 수 없습니다.' },
    may: ['admin'],
    shows: [['driver', '/v1/me/documents']],
  }),
};
