import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { endpoint } from '../../functions/http/endpoint.ts';
import { json } from '../../functions/http/json-body.ts';
import { multipart } from '../../functions/http/multipart-body.ts';
import { raw } from '../../functions/http/raw-body.ts';
import { tinyApp } from '../support/tiny-app.ts';

const common = { access: 'public', budget: 0, tags: ['tests'], summary: 'A test' } as const;
const bus = z.object({ id: z.string(), version: z.int() });
const nothing = { 204: { description: 'Done' } };

const app = tinyApp([
  endpoint({
    ...common,
    name: 'editBus',
    method: 'patch',
    path: '/bus',
    ifMatch: 'required',
    request: { body: json(z.strictObject({ seats: z.int() })) },
    answers: { 200: { description: 'The bus', body: bus } },
    handle: () => ({ id: 'b1', version: 2 }),
  }),
  endpoint({
    ...common,
    name: 'addPhoto',
    method: 'post',
    path: '/photos',
    request: { body: multipart({ fields: { caption: z.string().openapi({ example: "민지's" }) }, maxBytes: 1000 }) },
    answers: { 201: { description: 'The photo', body: bus, location: '/photos/{id}' } },
    handle: () => ({ id: 'p1', version: 1 }),
  }),
  endpoint({
    ...common,
    name: 'hear',
    method: 'post',
    path: '/hook',
    request: { body: raw({ content: 'text/plain', limit: 10 }) },
    answers: nothing,
    handle: () => {},
  }),
]);

describe('an endpoint in the OpenAPI document', () => {
  it('says what it takes, what it gives, and what it refuses', async () => {
    const { paths } = (await (await app.request('/openapi.json')).json()) as { paths: Record<string, unknown> };
    expect(paths['/bus']).toMatchObject({
      patch: {
        operationId: 'editBus',
        'x-access': 'public',
        'x-query-budget': 0,
        parameters: [{ name: 'if-match', in: 'header', required: true }],
        requestBody: { required: true, content: { 'application/json': { schema: { required: ['seats'] } } } },
        responses: {
          200: { description: 'The bus' },
          412: { description: expect.stringContaining('`precondition_failed`') },
          428: { description: expect.stringContaining('`precondition_required`') },
        },
      },
    });
    expect(paths['/photos']).toMatchObject({
      post: {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: { required: ['caption', 'file'], properties: { file: { type: 'string', format: 'binary' } } },
            },
          },
        },
        responses: { 201: { headers: { Location: { description: '`/photos/{id}`' } } } },
      },
    });
    expect(paths['/hook']).toMatchObject({ post: { requestBody: { content: { 'text/plain': {} } } } });
  });

  it('is shown with a command that sends such a body', async () => {
    const page = await (await app.request('/docs')).text();
    const text = page.replaceAll('&#39;', "'").replaceAll('&quot;', '"');
    expect(text).toContain(String.raw`-F 'caption=민지'\''s' \
  -F file=@photo.jpg`);
    expect(text).toContain(String.raw`-H 'Content-Type: text/plain' \
  -d '…'`);
    expect(text).toContain('as <code>multipart/form-data</code>');
  });
});
