import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { endpoint } from '../../functions/http/endpoint.ts';
import { json } from '../../functions/http/json-body.ts';
import { tinyApp } from '../support/tiny-app.ts';

const place = z.strictObject({ name: z.string().min(1), at: z.iso.datetime() });
const common = { access: 'public', budget: 0, method: 'post', path: '/trips', tags: ['tests'] } as const;
const app = () =>
  tinyApp([
    endpoint({
      ...common,
      name: 'take',
      summary: 'x',
      request: { body: json(z.strictObject({ places: z.array(place), note: z.string() })) },
      answers: { 200: { description: 'x', body: z.object({}) } },
      handle: () => ({}),
    }),
  ]);

const post = ({ request }: ReturnType<typeof app>, body: string) =>
  request('/trips', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

const keys = (count: number, make: (index: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [make(index), 0]));

/** Bodies near the limit of 64 KiB of which everything is wrong. */
const bodies: [string, unknown][] = [
  ['unknown properties', keys(6_000, (index) => `k${index}`)],
  ['unknown properties of each of many things', { places: Array.from({ length: 2_000 }, () => keys(3, String)) }],
  ['a property with a name of 60,000 characters', { ['x'.repeat(60_000)]: 0 }],
  ['properties with long names', keys(100, (index) => String(index).padEnd(600, 'x'))],
  ['names that are written longer in a pointer', keys(200, (index) => `${'~/'.repeat(100)}${index}`)],
  ['names of surrogate pairs', keys(300, (index) => `${'🚌'.repeat(25)}${index}`)],
  ['things of another type', { places: Array.from({ length: 15_000 }, () => 1), note: [] }],
  ['a text in place of everything', 'x'.repeat(60_000)],
];

describe('an answer to what makes no sense', () => {
  it.each(bodies)('is short: %s', async (_, body) => {
    const sent = JSON.stringify(body);
    expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(65_536);
    const response = await post(app(), sent);
    const text = await response.text();
    expect(response.status).toBe(422);
    expect(text.length).toBeLessThan(25_000);
    const { errors } = JSON.parse(text) as { errors: { pointer: string; detail: string }[] };
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(50);
  });

  it('names the nearest thing that can be named', async () => {
    const response = await post(app(), JSON.stringify({ note: '', places: [{ ['x'.repeat(400)]: 0 }] }));
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/places/0/name', '/places/0/at', '/places/0']);
  });

  it.each([
    ['no JSON', '{', 400],
    ['an unknown property', '{"x":1}', 422],
    ['a body that is too large', JSON.stringify({ note: 'x'.repeat(70_000) }), 413],
  ])('is not free for whoever asks without end: %s', async (_, body, status) => {
    const tiny = app();
    for (let attempt = 0; attempt < 300; attempt++) expect((await post(tiny, body)).status).toBe(status);
    const refused = await post(tiny, body);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
  });
});
