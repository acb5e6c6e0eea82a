import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRoutes } from '../support/clients/routes.ts';
import { exampleOf } from '../support/examples/gather.ts';
import { gatherPeople } from '../support/examples/people.ts';
import type { People } from '../support/examples/people.ts';
import { sendSpoilt } from '../support/examples/spoilt.ts';
import type { Spoilt } from '../support/examples/spoilt.ts';

/** What stands in the place of any property of a body that was good. */
const values: unknown[] = [
  null,
  true,
  '',
  ' ',
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '38',
  '\u0000',
  '\ud800',
  'x'.repeat(5000),
  "' or 1=1 --",
  '${jndi:ldap://x}',
  '한국어 🚌 𠮷 ‮',
  '2020-13-45T99:99:99Z',
  [],
  [[]],
  [null],
  {},
  { $gt: '' },
  { toString: null },
  { __proto__: null },
];

const ids = [
  '1',
  '0',
  '-1',
  'x',
  'null',
  'undefined',
  '%00',
  '%2e%2e%2f',
  '%E0%A4%A',
  '%',
  '한국',
  "'",
  'x'.repeat(5000),
  // A UUID that MariaDB does not keep, and such as have no version.
  '01a21e92-c0fe-8000-80fa-a3d31d19e56c',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

const queries = [
  'limit=0',
  'limit=101',
  'limit=abc',
  'limit=-1',
  'limit=1.5',
  'limit=1e400',
  'limit=',
  'limit=1&limit=2',
  'limit[]=1',
  'limit=%00',
  'cursor=x',
  'cursor=AAAA',
  'cursor=%00',
  'cursor=한국',
  `cursor=${'x'.repeat(5000)}`,
  `cursor=${btoa('null')}`,
  `cursor=${btoa('{"activeAt":"x","roomId":1}').replaceAll('=', '')}`,
  `cursor=${btoa('1e999')}`,
  `cursor=${btoa('-1')}`,
  `cursor=${btoa('"x"')}&cursor=${btoa('"y"')}`,
  'after=abc',
  'after=-1',
  'after=1e30',
  'unknown=1',
  '__proto__=1',
  '%E0%A4%A=%E0%A4%A',
];

const headers: Record<string, string>[] = [
  { 'Accept-Language': '*;q=2,,;;ko-' },
  { 'Accept-Language': 'x'.repeat(4000) },
  { 'Idempotency-Key': 'x'.repeat(4000) },
  { 'If-Match': '"' },
  { Cookie: '__Host-kingbus_refresh=%E0%A4%A; ==;;' },
  { 'X-Request-Id': '<script>' },
  { 'X-Forwarded-For': 'unknown, , 999.999.999.999' },
  { Origin: 'null' },
  { Accept: 'image/png' },
  { Range: 'bytes=0-' },
  { 'X-HTTP-Method-Override': 'DELETE' },
];

const routes = await readRoutes();
let people: People;

beforeAll(async () => {
  people = await gatherPeople();
});

describe.each(routes.filter(({ takesJson }) => takesJson))('a property of $name', (route) => {
  it('survives any value, and none', async () => {
    const prepare = exampleOf(route.name);
    for (const key of Object.keys((await prepare(people)).body ?? {})) {
      // Anew for each: a value may be as good as the one in whose place it stands.
      const example = await prepare(people);
      const { [key]: _, ...without } = example.body ?? {};
      await sendSpoilt(people, route, example, [
        [`no ${key}`, { body: without }],
        ...values.map((value): Spoilt => [
          `${key}: ${JSON.stringify(value)?.slice(0, 40)}`,
          { body: { ...example.body, [key]: value } },
        ]),
      ]);
    }
  });

  it('that is unknown is refused by name', async () => {
    const example = await exampleOf(route.name)(people);
    const [extra] = await sendSpoilt(people, route, example, [['more', { body: { ...example.body, unknown: 1 } }]]);
    expect(extra).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([{ pointer: '/unknown', detail: 'Unknown property.' }]) },
    });
    const raw = JSON.stringify(example.body).replace('{', '{"__proto__":{"role":"admin"},');
    await sendSpoilt(people, route, example, [
      ['a __proto__', { raw, headers: { 'Content-Type': 'application/json' } }],
    ]);
  });
});

describe.each(routes.filter(({ parameters }) => parameters.length > 0))('the path of $name', (route) => {
  it('finds nothing where an id is none, or of nothing', async () => {
    const example = await exampleOf(route.name)(people);
    for (const parameter of route.parameters) {
      const isSeq = parameter === 'seq';
      // A sequence may well be 1.
      const spoilt = [...ids.filter((id) => !isSeq || id !== '1'), isSeq ? '4294967295' : randomUUID()];
      const answers = await sendSpoilt(
        people,
        route,
        example,
        spoilt.map((id) => [
          `${parameter} ${id.slice(0, 20)}`,
          { path: withParameter(route.path, example.path, parameter, id) },
        ]),
      );
      for (const [index, { status, text }] of answers.entries()) {
        expect([404, 405], `${route.name} with ${parameter} ${spoilt[index]?.slice(0, 20)}: ${text}`).toContain(status);
      }
    }
  });
});

/** A real path with one of its ids replaced. */
function withParameter(template: string, path: string, parameter: string, value: string): string {
  const parts = path.split('/');
  const at = template.split('/').indexOf(`{${parameter}}`);
  return [...parts.slice(0, at), value, ...parts.slice(at + 1)].join('/');
}

describe.each(routes.filter(({ isList }) => isList))('the query of $name', (route) => {
  it('is refused where it is unknown', async () => {
    const example = await exampleOf(route.name)(people);
    const answers = await sendSpoilt(
      people,
      route,
      example,
      queries.map((query) => [query.slice(0, 40), { path: `${example.path}?${query}` }]),
    );
    for (const [index, { status, text }] of answers.entries()) {
      expect(status, `${route.name}?${queries[index]?.slice(0, 40)}: ${text}`).toBe(422);
    }
  });
});

describe.each(routes)('the headers of $name', (route) => {
  it('may be nonsense', async () => {
    const example = await exampleOf(route.name)(people);
    const spoilt = headers.map((header): Spoilt => [JSON.stringify(header).slice(0, 40), { headers: header }]);
    await sendSpoilt(people, route, example, spoilt);
  });
});
