import { expect, it } from 'vitest';
import { Client, refusal } from '../support/clients/client.ts';
import type { Answer } from '../support/clients/client.ts';
import { newCustomer, newDriver, password, validCustomer } from '../support/people/people.ts';
import { sendFile } from '../support/people/files.ts';

/** What is counted for each, by name, and how much of it is left after the first time. */
const counted: [what: string, names: string, ask: () => Promise<Answer>][] = [
  [
    'a code',
    '"public-write";r=299, "codes";r=29, "codes-daily";r=99',
    () => new Client().post('/v1/codes', { purpose: 'register', target: validCustomer().email }),
  ],
  ['a registration', '"public-write";r=299, "register";r=29', () => new Client().post('/v1/accounts', validCustomer())],
  [
    'a look whether a username is free',
    '"availability";r=59',
    () => new Client().get('/v1/accounts/availability?username=minji'),
  ],
  ['an upload', '"upload";r=119', async () => sendFile(await newCustomer(), new Uint8Array(20))],
  ['all that is here of somebody', '"my-data";r=59', async () => (await newCustomer()).get('/v1/me/data')],
  [
    'a key',
    '"api-keys";r=29',
    async () => (await newCustomer()).post('/v1/me/api-keys', { name: 'x', scopes: ['orders:read'], password }),
  ],
  [
    'a wrong code of a company',
    '"company-code";r=9, "company-code-network";r=29',
    async () => (await newDriver({ carrier: null })).post('/v1/me/affiliation', { companyCode: 'AAAAAAA2' }),
  ],
];

const left = ({ headers }: { headers: Headers }) => headers.get('RateLimit')?.replaceAll(/;t=\d+/gu, '');

it.each(counted)('%s says what is left of it', async (_what, names, ask) => {
  const answer = await ask();
  expect({ left: left(answer), status: answer.status }).toMatchObject({ left: names });
  expect(answer.headers.get('RateLimit-Policy')?.split(', ')).toHaveLength(names.split(', ').length);
});

it('where somebody else asked for codes to a target, that is not told', async () => {
  const { email: target } = validCustomer();
  const ask = (client: Client) => client.post('/v1/codes', { purpose: 'register', target });
  expect((await ask(new Client())).status).toBe(202);
  const refused = await ask(new Client());
  expect(refused).toMatchObject(refusal(429, 'too_many_requests'));
  // It counted against nothing of theirs.
  expect(left(refused)).toBe('"public-write";r=299, "codes";r=30, "codes-daily";r=100');
});
