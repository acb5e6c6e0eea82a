import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { Client } from '../support/clients/client.ts';
import type { Answer } from '../support/clients/client.ts';
import { broken, fitting } from '../support/clients/json-schema-arbitrary.ts';
import type { JsonSchema } from '../support/clients/json-schema-arbitrary.ts';
import { fill, readRoutes } from '../support/clients/routes.ts';
import type { Route } from '../support/clients/routes.ts';
import { scopes } from '../../functions/identity/scopes.ts';
import { everywhere } from '../support/everywhere.ts';
import { exampleOf } from '../support/examples/gather.ts';
import { callers, gatherPeople } from '../support/examples/people.ts';
import type { Caller, People } from '../support/examples/people.ts';
import { callerOf, isGood, send } from '../support/examples/request.ts';
import { newKey } from '../support/people/keys.ts';
import { Person } from '../support/people/people.ts';

/** How many requests are made of each route: some hundreds in all, or tens of thousands; on the edge, where each takes five times as long, thousands. */
const most = inject('home') === 'edge' ? 60 : 400;
const runs = everywhere ? most : 15;

/** `KINGBUS_TEST_SEED=…` makes the very requests of another run again. */
const seed = Number(process.env['KINGBUS_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
// The run says it, whatever becomes of it.
process.stdout.write(`Requests from the OpenAPI document: ${runs} of each route, KINGBUS_TEST_SEED=${seed}\n`);

interface Operation {
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, unknown> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

const { body: document } = await new Client().get<Document>('/openapi.json');
const routes = await readRoutes();
const operationOf = ({ path, method }: Route): Operation => document.paths[path]?.[method.toLowerCase()] as Operation;

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema(document, 'kingbus');
const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** What the document says of a place in it, as a validator reads it. */
function expectFitting(value: unknown, label: string, ...place: string[]): void {
  const validate = ajv.getSchema(`kingbus#/${place.map(escaped).join('/')}`);
  expect(validate, `no schema at ${place.join('/')}`).toBeDefined();
  expect(validate?.(value), `${label}: ${ajv.errorsText(validate?.errors)}`).toBe(true);
}

/** The answer is one that the route declares, in status, media type and shape, and no longer than a request can ask for. */
function expectDeclared(route: Route, label: string, { status, headers, body, text }: Answer): void {
  const said = `${label}: ${status} ${text.slice(0, 300)}`;
  expect(status, said).toBeLessThan(500);
  const content = operationOf(route).responses[status]?.content;
  expect(route.statuses, said).toContain(status);
  expect(text.length, said).toBeLessThan(isGood(status) ? 500_000 : 25_000);
  const [, ran, budget] = /desc="(\d+) of (\d+) statements"/u.exec(headers.get('Server-Timing') ?? '') ?? [];
  expect(Number(ran), said).toBeLessThanOrEqual(Number(budget));
  // A key is looked up, and once a minute it is written down that it is used.
  expect([route.budget, route.budget + 2], said).toContain(Number(budget));
  if (content === undefined) return expect(text, said).toBe('');
  const [type = ''] = (headers.get('Content-Type') ?? '').split(';');
  // A key may be a range of media types, as of a file (OpenAPI 3.1, Response Object).
  if (Object.hasOwn(content, '*/*')) return;
  expect(Object.keys(content), said).toContain(type);
  if (!type.endsWith('json')) return;
  const place = [
    'paths',
    route.path,
    route.method.toLowerCase(),
    'responses',
    String(status),
    'content',
    type,
    'schema',
  ];
  expectFitting(body, said, ...place);
}

let people: People;
beforeAll(async () => {
  people = await gatherPeople();
});

describe.each(routes)('$name', (route) => {
  const operation = operationOf(route);
  const [[type, content] = []] = Object.entries(operation.requestBody?.content ?? {});

  it('is described so that a validator takes what works, and what it answers', async () => {
    const example = await exampleOf(route.name)(people);
    if (type === 'application/json') {
      const place = ['paths', route.path, route.method.toLowerCase(), 'requestBody', 'content', type, 'schema'];
      expectFitting(example.body, 'the body', ...place);
    }
    expectDeclared(route, 'the answer', await send(callerOf(people, example, example.may[0]), route, example));
  });

  it('answers whatever it is asked as it says', async () => {
    const example = await exampleOf(route.name)(people);
    const resolve = (ref: string) => document.components.schemas[ref.split('/').at(-1) ?? ''] ?? {};
    /** Mostly what fits, sometimes what does not, and nothing where that is allowed. */
    const parameters = (operation.parameters ?? []).map(({ name, in: place, required, schema }) => {
      const value = fc.oneof(
        { weight: 4, arbitrary: fitting(schema, resolve).map(String) },
        { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
      );
      const given = place === 'path' ? fc.oneof(fc.constant(undefined), value) : value;
      return fc.record({
        name: fc.constant(name),
        place: fc.constant(place),
        value: required === true && place !== 'path' ? given : fc.option(given, { nil: undefined }),
      });
    });
    const good = fc.oneof(fc.constant<unknown>(example.body), fitting(content?.schema ?? {}, resolve));
    const body = type === 'application/json' ? fc.oneof(good, good.chain(broken)) : fc.constant(undefined);
    const caller = fc.oneof(fc.constantFrom(...example.may), fc.constantFrom(...callers));
    const byKey = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
    const requests = fc.record({ caller, byKey, parameters: fc.tuple(...parameters), body });
    const keys = await keysOf(people);

    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const token = request.byKey ? keys.get(request.caller) : callerOf(people, example, request.caller).token;
        const answer = await new Client(token).call(pathOf(route, example.path, request.parameters), {
          method: route.method,
          ...(type === 'application/json' && { body: request.body }),
          headers: headersOf(request.parameters),
        });
        await example.afterwards?.();
        expectDeclared(route, JSON.stringify(request), answer);
      }),
      { numRuns: runs, seed },
    );
  }, 600_000);
});

describe('the document', () => {
  it('has patterns as JSON Schema has them', () => {
    const patterns: string[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (key === 'pattern') patterns.push(String(value));
      return value;
    });
    expect(patterns).not.toEqual([]);
    for (const pattern of patterns) {
      expect(() => new RegExp(pattern, 'u'), pattern).not.toThrow();
      expect(pattern).not.toMatch(/\/[a-z]+$/u);
    }
  });
});

/** A key of everybody's, every other one with a few scopes alone. */
async function keysOf(everybody: People): Promise<Map<Caller, string>> {
  const keys = new Map<Caller, string>();
  for (const [place, caller] of callers.entries()) {
    const owner = everybody[caller];
    if (!(owner instanceof Person)) continue;
    const some = scopes.filter((_, index) => index % 3 === place % 3);
    keys.set(caller, (await newKey(owner, place % 2 === 0 ? scopes : some)).key);
  }
  return keys;
}

interface Given {
  name: string;
  place: 'path' | 'query' | 'header';
  value: string | undefined;
}

/** The example's path, with other things in it, and a query. */
function pathOf(route: Route, real: string, given: Given[]): string {
  const parts = new URL(real, 'http://kingbus.test').pathname.split('/');
  const template = route.path.split('/');
  const path = fill(route.path, (name) => {
    const value = given.find((each) => each.place === 'path' && each.name === name)?.value;
    // A part that is empty or dots is another path.
    const other =
      value === undefined || /^\.{0,2}$/u.test(value) ? undefined : encodeURIComponent(value.toWellFormed());
    return other ?? parts[template.indexOf(`{${name}}`)] ?? '';
  });
  const query = new URLSearchParams(
    given.flatMap(({ name, place, value }) => (place === 'query' && value !== undefined ? [[name, value]] : [])),
  );
  return query.size === 0 ? path : `${path}?${query}`;
}

function headersOf(given: Given[]): Record<string, string> {
  return Object.fromEntries(
    given.flatMap(({ name, place, value }) =>
      // What no client can send as a header.
      place === 'header' && value !== undefined ? [[name, value.replaceAll(/[^\t -~\u0080-\u00FF]/gu, '')]] : [],
    ),
  );
}
