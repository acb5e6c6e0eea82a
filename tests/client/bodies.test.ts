import { z } from '@hono/zod-openapi';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { HttpClient } from '../../client/http.ts';
import type { Input, Output } from '../../client/routes.ts';
import { endpoint } from '../../functions/http/endpoint.ts';
import { multipart } from '../../functions/http/multipart-body.ts';
import { tinyApp } from '../support/tiny-app.ts';

const common = { access: 'public', budget: 0, tags: ['tests'], summary: 'A test' } as const;

const upload = endpoint({
  ...common,
  name: 'upload',
  method: 'post',
  path: '/photos',
  ifMatch: 'optional',
  request: { body: multipart({ fields: { kind: z.string(), note: z.string().optional() }, maxBytes: 1000 }) },
  answers: { 200: { description: 'What came', body: z.object({ kind: z.string(), name: z.string(), size: z.int() }) } },
  handle: async ({ body: { kind, file } }) => ({
    kind,
    name: file.name,
    size: (await new Response(file.bytes).arrayBuffer()).byteLength,
  }),
});

const calendar = endpoint({
  ...common,
  name: 'calendar',
  method: 'get',
  path: '/calendar',
  answers: { 200: { description: 'A calendar', content: 'text/calendar' } },
  handle: () => new Response('BEGIN:VCALENDAR', { headers: { 'Content-Type': 'text/calendar' } }),
});

/** Calls endpoints that the API does not have. */
async function call(name: string, input?: unknown): Promise<unknown> {
  const app = tinyApp([upload, calendar]);
  const http = new HttpClient({
    origin: 'http://kingbus.test',
    fetch: (url, init) => app.fetch(new Request(url, init)),
  });
  return http.call(name as never, input as never);
}

describe('HttpClient', () => {
  it('sends a file in a form, after its fields', async () => {
    const file = new File(['사진'], '버스.jpg', { type: 'image/jpeg' });
    const input: Input<typeof upload> = { body: { file, kind: 'photo', note: undefined } };
    expect(await call('POST /photos', input)).toEqual({ kind: 'photo', name: '버스.jpg', size: 6 });
  });

  it('gives an answer that is no JSON as it is', async () => {
    const answer = (await call('GET /calendar')) as Output<typeof calendar>;
    expect(await answer.text()).toBe('BEGIN:VCALENDAR');
  });

  it('is typed by what an endpoint takes and gives', () => {
    expectTypeOf<Output<typeof upload>>().toEqualTypeOf<{ kind: string; name: string; size: number }>();
    expectTypeOf<Output<typeof calendar>>().toEqualTypeOf<Response>();
    expectTypeOf<Input<typeof upload>['headers']>().toEqualTypeOf<{ 'if-match'?: string } | undefined>();
    // @ts-expect-error the file is missing
    const missing: Input<typeof upload> = { body: { kind: 'photo' } };
    expect(missing).toBeDefined();
  });
});
