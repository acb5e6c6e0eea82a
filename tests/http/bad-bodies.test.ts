import { beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../support/clients/client.ts';
import { readRoutes } from '../support/clients/routes.ts';
import { exampleOf } from '../support/examples/gather.ts';
import { gatherPeople } from '../support/examples/people.ts';
import type { People } from '../support/examples/people.ts';
import { isGood } from '../support/examples/request.ts';
import { sendSpoilt } from '../support/examples/spoilt.ts';

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

/** A megabyte in chunks, of which nobody says in advance how many there are. */
function unannounced(): ReadableStream<Uint8Array> {
  let left = 64;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(megabyte / 64).fill(0x20));
      if (--left === 0) controller.close();
    },
  });
}

const routes = (await readRoutes()).filter(({ takesJson }) => takesJson);
let people: People;

beforeAll(async () => {
  people = await gatherPeople();
});

describe.each(routes)('a body of $name', (route) => {
  it('that is none of ours is refused, and changes nothing', async () => {
    const example = await exampleOf(route.name)(people);
    const bodies = rawBodies.filter(([, raw]) => raw !== '' || route.needsBody);
    const answers = await sendSpoilt(
      people,
      route,
      example,
      bodies.map(([what, raw, headers]) => [what, { raw, headers: headers ?? json }]),
    );
    for (const [index, { status, text }] of answers.entries()) {
      const what = bodies[index]?.[0];
      expect([400, 401, 413, 415, 422], `${route.name} with ${what}: ${text}`).toContain(status);
    }
    expect(answers.filter(({ status }) => isGood(status))).toEqual([]);
  });

  it('without an announced length is stopped at its limit', async () => {
    const example = await exampleOf(route.name)(people);
    const [answer] = await sendSpoilt(people, route, example, [
      ['a megabyte in chunks', { raw: unannounced(), headers: json }],
    ]);
    expect(answer?.body).toMatchObject({ status: 413, code: 'payload_too_large' });
  });
});
