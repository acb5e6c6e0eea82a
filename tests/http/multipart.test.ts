import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { endpoint } from '../../functions/http/endpoint.ts';
import { multipart } from '../../functions/http/multipart-body.ts';
import { tinyApp } from '../support/tiny-app.ts';

const boundary = 'a-boundary--';
const bytes = new TextEncoder().encode('\r\n--a-bound\r\n--a-boundary-\r\n--\u0000-버스'.repeat(9));
const maxBytes = 4096;

/** Says what it received, or what stopped it. */
const upload = endpoint({
  name: 'upload',
  access: 'public',
  budget: 0,
  method: 'post',
  path: '/files',
  tags: ['tests'],
  summary: 'A file',
  request: {
    body: multipart({ fields: { kind: z.enum(['photo', 'licence']), note: z.string().optional() }, maxBytes }),
  },
  answers: {
    201: {
      description: 'What came',
      body: z.object({ kind: z.string(), name: z.string(), type: z.string(), hex: z.string() }),
    },
  },
  handle: async ({ body: { kind, file } }) => {
    const all = new Uint8Array(await new Response(file.bytes).arrayBuffer());
    return { kind, name: file.name, type: file.type, hex: Buffer.from(all).toString('hex') };
  },
});

const part = (disposition: string, value: string | Uint8Array, type?: string): Uint8Array[] => [
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
  ),
  Buffer.from(value),
  Buffer.from('\r\n'),
];
const end = Buffer.from(`--${boundary}--\r\n`);
const kind = part('name="kind"', 'photo');
const file = part('name="file"; filename="버스 %22큰%22.jpg"', bytes, 'image/jpeg');
const form = Buffer.concat([...kind, ...file, end]);

const send = (body: RequestInit['body'], type = `multipart/form-data; boundary=${boundary}`) =>
  tinyApp([upload]).request('/files', {
    method: 'POST',
    headers: { 'Content-Type': type },
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit);

const streamOf = (chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });

const received = { kind: 'photo', name: '버스 "큰".jpg', type: 'image/jpeg', hex: Buffer.from(bytes).toString('hex') };

describe('a form with a file', () => {
  it('reaches the handler: fields checked, the file byte for byte', async () => {
    const response = await send(form);
    expect([response.status, await response.json()]).toEqual([201, received]);
  });

  it('arrives the same wherever its chunks end', async () => {
    for (let at = 1; at < form.length; at++) {
      const response = await send(streamOf([form.subarray(0, at), form.subarray(at)]));
      expect([at, await response.json()]).toEqual([at, received]);
    }
    const single = await send(streamOf(Array.from(form, (byte) => Uint8Array.of(byte))));
    expect(await single.json()).toEqual(received);
  });

  it('is what FormData makes', async () => {
    const data = new FormData();
    data.set('kind', 'licence');
    data.set('file', new File([bytes], '면허.png', { type: 'image/png' }));
    const encoded = new Response(data);
    const response = await send(await encoded.bytes(), encoded.headers.get('Content-Type') ?? '');
    expect(await response.json()).toEqual({ ...received, kind: 'licence', name: '면허.png', type: 'image/png' });
  });

  it('is read while it arrives: nothing is asked of the sender that nobody has read', async () => {
    let asked = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          asked++;
          if (asked === 1) controller.enqueue(Buffer.concat([...kind, ...file.slice(0, 1)]));
          else controller.enqueue(new Uint8Array(16));
        },
      },
      { highWaterMark: 0 },
    );
    let seen = -1;
    const reading = endpoint({
      name: 'reading',
      access: 'public',
      budget: 0,
      method: 'post',
      path: '/files',
      tags: ['tests'],
      summary: 'Reads nothing of the file',
      request: { body: multipart({ fields: { kind: z.string() }, maxBytes }) },
      answers: { 204: { description: 'Done' } },
      handle: () => {
        seen = asked;
      },
    });
    const response = await tinyApp([reading]).request('/files', {
      method: 'POST',
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(204);
    // The chunk with the fields, and one more at most.
    expect(seen).toBeLessThanOrEqual(2);
  });

  it('is stopped at its limit while it arrives, and takes that much', async () => {
    const sized = (size: number) =>
      Buffer.concat([...kind, ...part('name="file"; filename="x"', new Uint8Array(size).fill(0x2d)), end]);
    expect((await send(sized(maxBytes))).status).toBe(201);
    const response = await send(sized(maxBytes + 1));
    expect([response.status, await response.json()]).toMatchObject([413, { code: 'payload_too_large' }]);
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.concat([...kind, ...file.slice(0, 1)])),
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
    });
    expect((await send(endless)).status).toBe(413);
  });

  it.each<[string, Uint8Array[], number, string]>([
    ['a field that does not fit', [...part('name="kind"', 'x'), ...file, end], 422, '/kind'],
    ['a field that nobody knows', [...kind, ...part('name="x"', 'y'), ...file, end], 422, '/x'],
    ['a field that comes again', [...kind, ...kind, ...file, end], 422, '/kind'],
    ['a prototype', [...kind, ...part('name="__proto__"', 'y'), ...file, end], 422, '/__proto__'],
    ['no file', [...kind, end], 422, '/file'],
    ['a file that is none', [...kind, ...part('name="file"', 'x'), end], 422, '/file'],
  ])('with %s is 422 with a pointer', async (_what, parts, status, pointer) => {
    const response = await send(Buffer.concat(parts));
    expect([response.status, await response.json()]).toMatchObject([status, { errors: [{ pointer }] }]);
  });

  it.each<[string, Uint8Array[]]>([
    ['nothing', []],
    ['no boundary', [Buffer.from('{}')]],
    ['no end', [...kind, ...file]],
    ['half an end', [...kind, ...file, Buffer.from(`--${boundary}-`)]],
    ['an end in the middle of the file', [...kind, ...file.slice(0, 1), bytes.subarray(0, 9)]],
    ['a field after the file', [...file, ...kind, end]],
    ['a second file', [...kind, ...file, ...file, end]],
    ['a file of another name', [...kind, ...part('name="photo"; filename="x"', 'x'), end]],
    ['a part without a name', [...kind, ...part('filename="x"', 'x'), ...file, end]],
    ['headers without end', [...kind, Buffer.from(`--${boundary}\r\nX: ${'x'.repeat(20_000)}`)]],
    ['a header that is none', [Buffer.from(`--${boundary}\r\n\u0000\r\n\r\n`), end]],
    [
      'a name that cannot be decoded',
      [
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="a"; filename*=utf-8''%E0%A4%A\r\n\r\nx\r\n`,
        ),
        end,
      ],
    ],
    ['a field that is no UTF-8', [...part('name="kind"', new Uint8Array([0xff, 0xfe])), ...file, end]],
  ])('with %s is 400 or 422', async (_what, parts) => {
    const response = await send(Buffer.concat(parts));
    const { code } = (await response.json()) as { code: string };
    expect(['malformed_multipart', 'validation_failed'], `${response.status} ${code}`).toContain(code);
  });

  it('with a field or a number of parts beyond measure is 413', async () => {
    const long = await send(Buffer.concat([...part('name="note"', 'x'.repeat(20_000)), ...kind, ...file, end]));
    expect(long.status).toBe(413);
    const many = await send(Buffer.concat([...Array.from({ length: 40 }, () => kind).flat(), ...file, end]));
    expect(many.status).toBe(413);
  });

  it('of another type is 415', async () => {
    expect((await send('{}', 'application/json')).status).toBe(415);
    expect((await send('a=1', 'application/x-www-form-urlencoded')).status).toBe(415);
    expect((await send(form, 'multipart/form-data')).status).toBe(400);
  });
});
