import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeNumber } from '../../functions/http/fields.ts';
import { Client } from '../support/clients/client.ts';
import { exampleOf } from '../support/examples/gather.ts';
import { gatherPeople } from '../support/examples/people.ts';
import { readRoutes } from '../support/clients/routes.ts';
import { anyCodePoints } from '../support/unicode.ts';
import type { OpenApiDocument } from '../../functions/http/open-api.ts';

/** What `Number()` or a person takes for a number, and a URL does not. */
const spellings = [
  '0x10',
  '0b1',
  '0o7',
  '1e1',
  '1E1',
  '+1',
  '-1',
  '-0',
  '01',
  '1.0',
  '1.',
  '.5',
  '1,000',
  '1_000',
  '1n',
  ' 1',
  '1 ',
  '1\n',
  '\t1',
  '',
  ' ',
  '１',
  '٣',
  '一',
  '1\u200B',
  'NaN',
  'Infinity',
  'null',
  'true',
  '[1]',
  '9007199254740993',
  '99999999999999999999',
  '1e400',
];

describe('a number in a URL', () => {
  it('is its plain spelling alone', () => {
    const number = wholeNumber(0, Number.MAX_SAFE_INTEGER);
    const isPlain = (text: string) => /^(?:0|[1-9][0-9]*)$/u.test(text) && BigInt(text) <= Number.MAX_SAFE_INTEGER;
    const almost = fc.stringMatching(/^[-+ ]?[0-9]{0,18}[.,eExX_n]?[0-9]{0,3} ?$/u);
    fc.assert(
      fc.property(fc.oneof(anyCodePoints(), almost, fc.maxSafeNat().map(String)), (text) => {
        const { success, data } = number.safeParse(text);
        expect([text, success]).toEqual([text, isPlain(text)]);
        if (success) expect(String(data)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read so in every parameter of every route', async () => {
    const { body: document } = await new Client().get<OpenApiDocument>('/openapi.json');
    const people = await gatherPeople();
    let tried = 0;
    for (const route of await readRoutes()) {
      const operations = (document.paths ?? {})[route.path] as Record<string, unknown>;
      const operation = operations[route.method.toLowerCase()];
      const { parameters = [] } = operation as {
        parameters?: { name: string; in: string; schema: { type: string } }[];
      };
      for (const { name, in: place, schema } of parameters) {
        if (schema.type !== 'integer' || place === 'header') continue;
        const example = await exampleOf(route.name)(people);
        const path = new URL(example.path, 'http://kingbus.test').pathname;
        const at = route.path.split('/').indexOf(`{${name}}`);
        for (const spelling of spellings) {
          const value = encodeURIComponent(spelling);
          // An empty part is another path.
          if (place === 'path' && value === '') continue;
          const asked = place === 'path' ? path.split('/').with(at, value).join('/') : `${path}?${name}=${value}`;
          const { status, text } = await new Client(people[example.may[0]].token).call(asked, {
            method: route.method,
            ...(example.body && { body: example.body }),
          });
          expect({ asked, status, text }).toMatchObject({ asked, status: place === 'path' ? 404 : 422 });
          tried++;
        }
      }
    }
    expect(tried).toBeGreaterThan(5 * spellings.length);
    // Some thousand requests, each with a connection of its own on the edge.
  }, 300_000);
});
