import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { endpoint } from '../../functions/http/endpoint.ts';
import { json } from '../../functions/http/json-body.ts';
import { multipart } from '../../functions/http/multipart-body.ts';
import { raw } from '../../functions/http/raw-body.ts';
import { tinyApp } from '../support/tiny-app.ts';

const common = { access: 'public', budget: 0, method: 'post', tags: ['tests'], summary: 'x' } as const;
const answers = { 200: { description: 'It was taken', body: z.object({}) } } as const;
const { request } = tinyApp([
  endpoint({
    ...common,
    name: 'takeJson',
    path: '/json',
    request: { body: json(z.strictObject({ name: z.string() })) },
    answers,
    handle: () => ({}),
  }),
  endpoint({
    ...common,
    name: 'takeBytes',
    path: '/bytes',
    request: { body: raw({ content: 'application/pdf', limit: 100 }) },
    answers,
    handle: () => ({}),
  }),
  endpoint({
    ...common,
    name: 'takeForm',
    path: '/form',
    request: { body: multipart({ fields: {}, maxBytes: 100 }) },
    answers,
    handle: async ({ body: { file } }) => {
      await new Response(file.bytes).arrayBuffer();
      return {};
    },
  }),
]);

const form = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--b--\r\n';
const bodies: Record<string, string> = { '/json': '{"name":"버스"}', '/bytes': '%PDF', '/form': form };

const send = (path: string, headers: Record<string, string>) =>
  request(path, { method: 'POST', body: new TextEncoder().encode(bodies[path]), headers });

describe('a media type (RFC 9110, section 8.3.1)', () => {
  it.each([
    ['/json', 'application/json'],
    ['/json', 'Application/JSON'],
    ['/json', ' application/json '],
    ['/json', 'application/json;'],
    ['/json', 'application/json;charset=utf-8'],
    ['/json', 'application/json ; charset=utf-8'],
    ['/json', 'application/json; charset="utf-8"'],
    ['/json', 'application/json;\tCharset=UTF-8'],
    ['/json', 'application/json; charset=utf8'],
    ['/json', 'application/json; version=1; charset=utf-8'],
    ['/json', 'application/json; profile="a;b"'],
    ['/bytes', 'application/pdf'],
    ['/bytes', 'APPLICATION/PDF ; version=1.7'],
    ['/form', 'multipart/form-data; boundary=b'],
    ['/form', 'Multipart/Form-Data ; boundary="b"'],
    ['/form', 'multipart/form-data; charset=utf-8; boundary=b'],
  ])('of %s is taken as "%s"', async (path, type) => {
    const response = await send(path, { 'Content-Type': type });
    expect([response.status, await response.text()]).toEqual([200, '{}']);
  });

  it.each([
    ['/json', ''],
    ['/json', 'text/plain'],
    ['/json', 'application/jsonx'],
    ['/json', 'application/json, text/plain'],
    ['/json', 'application/json; charset=utf-16'],
    ['/json', 'application/json; charset="euc-kr"'],
    ['/json', 'application/merge-patch+json'],
    ['/json', ';;;='],
    ['/bytes', 'application/octet-stream'],
    ['/form', 'application/x-www-form-urlencoded'],
  ])('of %s is not taken as "%s"', async (path, type) => {
    const response = await send(path, { 'Content-Type': type });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: 'unsupported_media_type' });
  });
});

describe('a content coding (RFC 9110, section 8.4)', () => {
  const types = {
    '/json': 'application/json',
    '/bytes': 'application/pdf',
    '/form': 'multipart/form-data; boundary=b',
  };

  it.each(Object.entries(types))('of %s is refused, since none is undone here', async (path, type) => {
    for (const coding of ['gzip', 'br', 'deflate', 'zstd', 'x-gzip', 'GZIP', 'gzip, identity', 'nonsense']) {
      const response = await send(path, { 'Content-Type': type, 'Content-Encoding': coding });
      expect([coding, response.status]).toEqual([coding, 415]);
      expect(response.headers.get('Accept-Encoding')).toBe('identity');
    }
  });

  it.each(Object.entries(types))('of %s that changes nothing is taken', async (path, type) => {
    for (const coding of ['identity', 'Identity', '']) {
      expect((await send(path, { 'Content-Type': type, 'Content-Encoding': coding })).status).toBe(200);
    }
  });
});
