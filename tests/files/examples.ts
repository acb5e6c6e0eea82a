import { accounts, everyone } from '../support/examples/example.ts';
import type { Examples } from '../support/examples/example.ts';
import { readBytes, sentFile, used } from '../support/people/files.ts';
import { jpeg, pdf } from '../support/pictures.ts';

const active = accounts.filter((caller) => !caller.startsWith('suspended')) as unknown as typeof accounts;

export const examples: Examples = {
  'POST /v1/files': async () => ({
    path: '/v1/files',
    form: { purpose: 'profile_photo', file: new Blob([await jpeg()]) },
    may: active,
    shows: [],
  }),

  'GET /v1/files/{fileId}': async ({ driver }) => {
    const { id } = await sentFile(driver, { purpose: 'document', name: 'licence.pdf' }, pdf());
    return { path: `/v1/files/${id}`, may: ['admin'] };
  },

  'DELETE /v1/files/{fileId}': async ({ customer }) => {
    const { id } = await sentFile(customer);
    const path = `/v1/files/${id}`;
    const stands = { get: async () => ({ status: (await readBytes(customer, path)).status, body: undefined }) };
    return { path, may: ['customer'], shows: [[stands, path]] };
  },

  'GET /files/{key}': async ({ driver }) => {
    const file = await sentFile(driver, { purpose: 'vehicle_photo' });
    await used(file);
    return { path: file.url, may: everyone };
  },
};
