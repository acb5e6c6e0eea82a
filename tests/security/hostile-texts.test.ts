import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { getTableColumns, is } from 'drizzle-orm';
import { MySqlTable } from 'drizzle-orm/mysql-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { Client } from '../support/clients/client.ts';
import { readRoutes } from '../support/clients/routes.ts';
import { exampleOf } from '../support/examples/gather.ts';
import { gatherPeople } from '../support/examples/people.ts';
import type { People } from '../support/examples/people.ts';
import { callerOf, isGood, look, send } from '../support/examples/request.ts';
import { sendSpoilt } from '../support/examples/spoilt.ts';

// What an attacker writes where a text is taken: in every string of every body, so that a route that comes later has only to have
// its example.

const routes = await readRoutes();
const writing = routes.filter(({ takesJson }) => takesJson);
let people: People;

/** Whoever fetches what somebody has written comes here. */
let visits = 0;
const bait = createServer((socket) => {
  visits++;
  socket.destroy();
});
let link: string;

beforeAll(async () => {
  people = await gatherPeople();
  await new Promise<void>((resolve) => void bait.listen(0, '127.0.0.1', resolve));
  link = `http://127.0.0.1:${(bait.address() as AddressInfo).port}`;
});
afterAll(() => bait.close());

/** Short ones come last, for fields that hold little. Each is left as it is by the cleaning of texts. */
const texts: [what: string, text: () => string][] = [
  ['SQL that ends a string', () => "x'); drop table accounts;#"],
  ['SQL behind a backslash', () => String.raw`\' or 1=1 -- \" or ""="`],
  ['SQL that reads elsewhere', () => "' union select password_hash from accounts -- x"],
  ['SQL that waits', () => '`;select sleep(9);--'],
  ['a wildcard', () => '%_%'],
  ['a script', () => '<script>alert(1)</script>'],
  ['a picture with a handler', () => '<img src=x onerror=alert(1)>'],
  ['an end of a tag', () => '"></textarea><svg/onload=alert(1)>'],
  ['a link that runs', () => 'javascript:alert(1)'],
  ['a template', () => '{{7*7}}${7*7}<%= 7*7 %>'],
  ['a link to us', () => `${link}/x`],
  ['a look-up', () => `\${jndi:${link}}`],
  ['an entity', () => `<!ENTITY x SYSTEM "${link}">&x;`],
  ['a formula', () => '=HYPERLINK("http://evil.example")'],
];

/** The places of all strings in a value. */
function stringsIn(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value === 'string') return [at];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => stringsIn(part, [...at, key]));
}

function replaced(value: unknown, [key, ...rest]: (string | number)[], text: unknown): unknown {
  if (key === undefined) return text;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, text);
  return copy;
}

/** What stands at a place of an answer; undefined where there is none. */
const at = (value: unknown, place: (string | number)[]): unknown =>
  place.reduce<unknown>((part, key) => (part as Record<string | number, unknown> | undefined)?.[key], value);

describe.each(writing)('$name', (route) => {
  it('takes hostile text as text, or refuses it, and answers with it as data', async () => {
    const first = await exampleOf(route.name)(people);
    for (const place of stringsIn(first.body)) {
      for (const [what, text] of texts) {
        const example = await exampleOf(route.name)(people);
        const client = route.access === 'public' ? new Client() : callerOf(people, example, example.may[0]);
        const body = replaced(example.body, place, text());
        const answer = await send<Record<string, unknown> | undefined>(client, route, example, { body });
        const said = `${what} at /${place.join('/')}: ${answer.status} ${answer.text.slice(0, 200)}`;
        expect(answer.status, said).toBeLessThan(500);
        expect(route.statuses, said).toContain(answer.status);
        expect(answer.headers.get('X-Content-Type-Options'), said).toBe('nosniff');
        expect(answer.headers.get('Content-Security-Policy'), said).toContain("default-src 'none'");
        if (answer.text !== '')
          expect(answer.headers.get('Content-Type'), said).toMatch(/^application\/(?:problem\+)?json/u);
        const shown = at(answer.body, place);
        if (isGood(answer.status) && typeof shown === 'string' && shown !== at(example.body, place)) {
          expect(shown, said).toBe(text());
        }
        // Once is enough for what is refused whatever it says, as a date is.
        if (answer.status === 422 && what === 'SQL that ends a string' && /date|uuid|At$/u.test(String(place.at(-1))))
          break;
        if (answer.status === 429) break;
      }
    }
  }, 120_000);

  it('takes nothing into the row that its schema does not name', async () => {
    const columns = await columnsOfAll();
    const example = await exampleOf(route.name)(people);
    const others = columns.filter((name) => !Object.hasOwn(example.body ?? {}, name));
    const [before, answers] = [await look(people, example), [] as string[]];
    // As many as are named in one answer.
    for (let from = 0; from < others.length; from += 40) {
      const some = others.slice(from, from + 40);
      const client = route.access === 'public' ? new Client() : callerOf(people, example, example.may[0]);
      const values = Object.fromEntries(some.map((name) => [name, 'admin']));
      const { status, body } = await send<{ errors?: { pointer: string }[] }>(client, route, example, {
        body: { ...example.body, ...values },
      });
      expect({ some, status }).toEqual({ some, status: 422 });
      answers.push(...(body.errors ?? []).map(({ pointer }) => pointer.slice(1)));
    }
    // What is left is a field of the route that its example does without.
    const taken = others.filter((name) => !answers.includes(name));
    for (const name of ['role', 'state', 'passwordHash', 'customerId', 'ownerId', 'revokedAt', 'hash']) {
      expect(taken).not.toContain(name);
    }
    expect(await look(people, example)).toEqual(before);
  });

  it('has no other prototype after it', async () => {
    const example = await exampleOf(route.name)(people);
    const inner = JSON.stringify(example.body).slice(1);
    const bodies = [
      `{"__proto__":{"role":"admin","isAdmin":true},${inner}`,
      `{"constructor":{"prototype":{"role":"admin"}},${inner}`,
      `{"prototype":{"x":1},${inner}`,
    ];
    const answers = await sendSpoilt(
      people,
      route,
      example,
      bodies.map((raw) => [raw.slice(0, 40), { raw, headers: { 'Content-Type': 'application/json' } }]),
    );
    for (const { status } of answers) expect([403, 422, 429]).toContain(status);
    expect((await people.customer.get<{ role: string }>('/v1/me')).body.role).toBe('customer');
  });
});

/** The names of all columns that there are. */
async function columnsOfAll(): Promise<string[]> {
  const modules = await Promise.all(
    globSync('schema/*.ts', { cwd: checkout }).map((file) => import(join(checkout, file)) as Promise<object>),
  );
  const tables = modules
    .flatMap((each) => Object.values(each))
    .filter((value): value is MySqlTable => is(value, MySqlTable));
  return [...new Set(tables.flatMap((table) => Object.keys(getTableColumns(table))))].toSorted();
}

describe('a path', () => {
  it.each([
    '/v1/orders/..%2f..%2fv1%2fme',
    '/v1/orders/%2e%2e/%2e%2e/admin/jobs',
    '//evil.example/v1/me',
    '/\\evil.example',
    '/v1/me;admin=true',
    '/v1/me/',
    '/V1/ME',
    '/v1/me%00',
    '/v1/me%0d%0aSet-Cookie:%20x=1',
    '/v1//me',
    '/files/../../etc/passwd',
    '/chat/..%2f..%2f..%2fetc/passwd',
    '/v1/orders/%c0%ae%c0%ae%c0%af',
    '/@fs/etc/passwd',
    '/.env',
    '/.git/config',
  ])('%s leads nowhere else', async (path) => {
    const { status, headers, text } = await people.customer.get(path);
    expect([400, 401, 403, 404, 405], `${status} ${text}`).toContain(status);
    expect(headers.get('Location')).toBeNull();
    expect(headers.getSetCookie()).toEqual([]);
    expect(text).not.toMatch(/root:|"username"|\[core\]/u);
  });
});

describe('a header', () => {
  it.each<[string, Record<string, string>]>([
    ['X-Request-Id', { 'X-Request-Id': 'a: b, <script>' }],
    ['X-Forwarded-Host', { 'X-Forwarded-Host': 'evil.example' }],
    ['Forwarded', { Forwarded: 'host=evil.example;proto=http' }],
    ['X-Original-URL', { 'X-Original-URL': '/v1/admin/jobs' }],
    ['X-HTTP-Method-Override', { 'X-HTTP-Method-Override': 'DELETE' }],
    ['X-KingBus-Upgrade', { 'X-KingBus-Upgrade': '%7B%22admitted%22%3A%7B%22role%22%3A%22admin%22%7D%7D' }],
    ['Origin', { Origin: 'https://evil.example' }],
    ['Accept-Language', { 'Accept-Language': '../../etc/passwd\t;q=9' }],
  ])('%s changes nothing, and comes back in none', async (_name, sent) => {
    const plain = await people.customer.get<object>('/v1/me');
    const answer = await people.customer.get<object>('/v1/me', sent);
    expect([answer.status, answer.body]).toEqual([200, plain.body]);
    const told = JSON.stringify([...answer.headers]);
    for (const value of Object.values(sent)) expect(told).not.toContain(value);
    expect(told).not.toContain('evil.example');
  });
});

it('nobody has fetched what was written', () => {
  expect(visits).toBe(0);
});

it('pages put text into the document as text', () => {
  const files = globSync('client/page/**/*.ts', { cwd: checkout });
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const source = readFileSync(join(checkout, file), 'utf8');
    expect(source, file).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(/u,
    );
  }
});
