import { z } from '@hono/zod-openapi';
import { expect, it } from 'vitest';
import { endpoint } from '../../functions/http/endpoint.ts';
import { multipart } from '../../functions/http/multipart-body.ts';
import { tinyApp } from '../support/tiny-app.ts';

const upload = endpoint({
  name: 'upload',
  access: 'public',
  budget: 0,
  method: 'post',
  path: '/files',
  tags: ['tests'],
  summary: 'A file',
  request: { body: multipart({ fields: { kind: z.string() }, maxBytes: 1_000_000 }) },
  answers: { 200: { description: 'Its size', body: z.object({ kind: z.string(), name: z.string(), size: z.int() }) } },
  handle: async ({ body: { kind, file } }) => {
    let size = 0;
    for await (const chunk of file.bytes) size += chunk.byteLength;
    return { kind, name: file.name, size };
  },
});

const send = async (size: number) => {
  const form = new FormData();
  form.set('kind', 'photo');
  form.set('file', new File([new Uint8Array(size).fill(0x2d)], '버스.jpg', { type: 'image/jpeg' }));
  const encoded = new Response(form);
  return tinyApp([upload]).request('/files', {
    method: 'POST',
    headers: { 'Content-Type': encoded.headers.get('Content-Type') ?? '' },
    body: encoded.body,
  });
};

it('a form with a file is read in workerd while it arrives, up to its limit', async () => {
  expect(await (await send(1_000_000)).json()).toEqual({ kind: 'photo', name: '버스.jpg', size: 1_000_000 });
  expect((await send(1_000_001)).status).toBe(413);
});
