import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/clients/client.ts';
import type { Answer, Call } from '../support/clients/client.ts';
import { validOrder, validQuote } from '../support/people/orders.ts';
import { newAdmin, newCustomer, newDriver, validCompany } from '../support/people/people.ts';
import { fill, nowhere, readRoutes } from '../support/clients/routes.ts';
import type { Route } from '../support/clients/routes.ts';

const megabyte = 1024 * 1024;
const json = { 'Content-Type': 'application/json' };

/** Bodies that are no JSON object of ours, as they go over the wire. */
const rawBodies: [string, Call['raw'], Record<string, string>?][] = [
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['a text', '"x"'],
  ['a number', '1e999'],
  ['half an object', '{'],
  ['an object and more', '{} {}'],
  ['a comment', '{/* */}'],
  ['single quotes', "{'a':1}"],
  ['a prototype', '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}'],
  ['deep nesting', '['.repeat(30_000) + ']'.repeat(30_000)],
  ['deep objects', `${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`],
  ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ['a NUL', '{"a":"\u0000"}'],
  ['half an emoji, escaped', String.raw`{"username":"\ud800","password":"\udfff"}`],
  ['a megabyte', `{"a":"${'x'.repeat(megabyte)}"}`],
  ['a form', 'a=1&b=2', { 'Content-Type': 'application/x-www-form-urlencoded' }],
  ['text', '{}', { 'Content-Type': 'text/plain' }],
  ['no type', new Uint8Array([0x7b, 0x7d]), { 'Content-Type': '' }],
  ['a type like ours', '{}', { 'Content-Type': 'application/jsonx' }],
  ['another charset', '{}', { 'Content-Type': 'application/json; charset=utf-16' }],
  ['a type of nonsense', '{}', { 'Content-Type': ';;;=' }],
  ['multipart without a boundary', '{}', { 'Content-Type': 'multipart/form-data' }],
  ['a claim to be compressed', '{}', { ...json, 'Content-Encoding': 'gzip' }],
];

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

/** A good body for each route that takes one, so that a single bad value is all that is wrong with it. */
const goodBodies: Record<string, () => Record<string, unknown>> = {
  'POST /v1/accounts': validCompany,
  'POST /v1/sessions': () => ({ username: 'nobody-here', password: 'not a password', refreshIn: 'body' }),
  'POST /v1/sessions/refresh': () => ({ refreshToken: 'x' }),
  'POST /v1/sessions/log-out': () => ({ refreshToken: 'x' }),
  'POST /v1/orders': () =>
    validOrder({
      kind: 'round_trip',
      returnAt: '2027-01-01T00:00:00Z',
      stopovers: [],
      amenities: [],
      driverStays: true,
      driverSchedule: 'x',
      remarks: 'x',
      weekdays: ['mon'],
      termEndsOn: '2027-01-01',
    }),
  'POST /v1/orders/{orderId}/quotes': () => validQuote(),
  'POST /v1/rooms/{roomId}/messages': () => ({ id: randomUUID(), body: '안녕하세요' }),
  'PATCH /v1/rooms/{roomId}/messages/{seq}': () => ({ id: randomUUID(), body: '안녕하세요!' }),
  'PUT /v1/rooms/{roomId}/read': () => ({ seq: 1 }),
  'PUT /v1/rooms/{roomId}/mute': () => ({ muted: true }),
};

describe('bad input at every route', () => {
  let routes: Route[];
  let clients: Record<Route['access'], () => Client>;

  beforeAll(async () => {
    routes = await readRoutes();
    const [customer, driver, admin] = await Promise.all([newCustomer(), newDriver(), newAdmin()]);
    // Public routes count attempts by address: each call comes from a new one.
    const anonymous = () => new Client();
    clients = {
      public: anonymous,
      account: () => customer,
      customer: () => customer,
      operator: () => driver,
      activeOperator: () => driver,
      admin: () => admin,
    };
  });

  async function send(route: Route, what: string, call: Call & { path?: string }): Promise<Answer<{ code?: string }>> {
    const path = call.path ?? nowhere(route.path);
    const answer = await clients[route.access]().call<{ code?: string }>(path, { method: route.method, ...call });
    const label = `${route.name} with ${what}: ${answer.status} ${answer.text.slice(0, 300)}`;
    expect(answer.status, label).toBeLessThan(500);
    if (answer.status >= 400) {
      expect(answer.headers.get('Content-Type'), label).toMatch(/^application\/problem\+json/u);
      expect(answer.body, label).toMatchObject({
        type: `urn:kingbus:problem:${answer.body.code}`,
        title: expect.any(String),
        status: answer.status,
      });
      // A path that matches no route belongs to none.
      if (call.path === undefined) expect(route.codes, label).toContain(answer.body.code);
    }
    return answer;
  }

  it('answers bodies that are none of ours with what it documents', async () => {
    for (const route of routes.filter(({ takesJson }) => takesJson)) {
      for (const [what, raw, headers] of rawBodies) {
        const answer = await send(route, what, { raw, headers: headers ?? json });
        expect([400, 401, 404, 413, 415, 422, 204, 200], `${route.name} with ${what}`).toContain(answer.status);
      }
    }
  });

  it('stops a body without an announced length at its limit', async () => {
    for (const route of routes.filter(({ takesJson }) => takesJson)) {
      let left = 64;
      const unannounced = new ReadableStream<Uint8Array>({
        pull(controller) {
          controller.enqueue(new Uint8Array(megabyte / 64).fill(0x20));
          if (--left === 0) controller.close();
        },
      });
      const answer = await send(route, 'a megabyte in chunks', { raw: unannounced, headers: json });
      expect(answer.body).toMatchObject({ status: 413, code: 'payload_too_large' });
    }
  });

  it('survives any value in the place of any property, missing ones and unknown ones', async () => {
    for (const route of routes.filter(({ takesJson }) => takesJson)) {
      const good = goodBodies[route.name];
      expect(good, `a good body for ${route.name} in this test`).toBeDefined();
      if (!good) continue;
      for (const key of Object.keys(good())) {
        const { [key]: _, ...without } = good();
        await send(route, `no ${key}`, { body: without });
        await Promise.all(
          values.map((value) =>
            send(route, `${key}: ${JSON.stringify(value)?.slice(0, 40)}`, { body: { ...good(), [key]: value } }),
          ),
        );
      }
      const extra = await send(route, 'an unknown property', { body: { ...good(), unknown: 1 } });
      expect(extra).toMatchObject({
        status: 422,
        body: { errors: expect.arrayContaining([{ pointer: '/unknown', detail: 'Unknown property.' }]) },
      });
      const raw = JSON.stringify(good()).replace('{', '{"__proto__":{"role":"admin"},');
      await send(route, 'a __proto__', { raw, headers: json });
    }
  });

  it('finds nothing at ids that are none', async () => {
    for (const route of routes.filter(({ parameters }) => parameters.length > 0)) {
      const body = goodBodies[route.name]?.();
      for (const id of ids) {
        const answer = await send(route, `id ${id.slice(0, 20)}`, { path: fill(route.path, () => id), body });
        expect([404, 405], `${route.name} with id ${id.slice(0, 20)}: ${answer.text}`).toContain(answer.status);
      }
    }
  });

  it('refuses queries that it does not know', async () => {
    for (const route of routes.filter(({ isList }) => isList)) {
      for (const query of queries) {
        const answer = await send(route, query.slice(0, 40), {
          path: `${nowhere(route.path)}?${query}`,
        });
        expect([404, 422], `${route.name}?${query.slice(0, 40)}`).toContain(answer.status);
      }
    }
  });

  it('survives headers of nonsense', async () => {
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
    for (const route of routes) {
      const body = goodBodies[route.name]?.();
      for (const header of headers) await send(route, JSON.stringify(header).slice(0, 40), { headers: header, body });
    }
  });
});
