import { beforeAll, describe, expect, it } from 'vitest';
import { Client, refusal } from '../support/clients/client.ts';
import { readBytes, rowOf, sentFile, used } from '../support/people/files.ts';
import { newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

describe('GET /files/{key}', () => {
  const nobody = new Client();
  let url: string;
  let whole: Awaited<ReturnType<typeof readBytes>>;
  let etag: string;
  let length: number;
  beforeAll(async () => {
    const driver = await newDriver();
    const file = await sentFile(driver, { purpose: 'vehicle_photo' });
    expect(await nobody.get(file.url)).toMatchObject(refusal(404, 'not_found'));
    await used(file);
    ({ url } = file);
    whole = await readBytes(nobody, url);
    etag = whole.headers.get('ETag') ?? '';
    length = whole.bytes.length;
  });

  it('is for everyone, for ever, and runs nowhere', () => {
    expect(whole.status).toBe(200);
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/u);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'image/webp',
      'content-length': String(length),
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': expect.stringMatching(/default-src 'none'; sandbox/u),
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  it('has a head', async () => {
    const { status, headers, bytes } = await readBytes(nobody, url, {}, 'HEAD');
    expect([status, bytes.length, headers.get('ETag')]).toEqual([200, 0, etag]);
    expect(headers.get('Content-Length')).toBe(String(length));
  });

  it.each<[string, (length: number) => [first: number, end: number]]>([
    ['bytes=0-9', () => [0, 10]],
    ['bytes=10-', (all) => [10, all]],
    ['bytes=-7', (all) => [all - 7, all]],
    ['bytes=0-99999999', (all) => [0, all]],
    ['BYTES=5-5', () => [5, 6]],
  ])('gives the part %s', async (range, expected) => {
    const [first, end] = expected(length);
    const { status, headers, bytes } = await readBytes(nobody, url, { Range: range });
    expect(status).toBe(206);
    expect(headers.get('Content-Range')).toBe(`bytes ${first}-${end - 1}/${length}`);
    expect(headers.get('Content-Length')).toBe(String(end - first));
    expect(bytes).toEqual(whole.bytes.subarray(first, end));
  });

  it.each(['bytes=999999999-', 'bytes=-0'])('has no byte in %s', async (range) => {
    const answer = await nobody.get(url, { Range: range });
    expect(answer).toMatchObject(refusal(416, 'range_not_satisfiable'));
    expect(answer.headers.get('Content-Range')).toBe(`bytes */${length}`);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  });

  it.each(['bytes=0-1,5-6', 'bytes=9-3', 'lines=1-2', 'bytes=a-b', 'bytes=-', 'bytes=1', `bytes=${'9'.repeat(300)}-`])(
    'gives all where it asks for what is none, or for several: %s',
    async (range) => {
      const { status, bytes } = await readBytes(nobody, url, { Range: range });
      expect([status, bytes.length]).toEqual([200, length]);
    },
  );

  it('gives a part of this very file only, where If-Range says so', async () => {
    const statusOf = async (ifRange: string) =>
      (await readBytes(nobody, url, { Range: 'bytes=0-1', 'If-Range': ifRange })).status;
    expect(await statusOf(etag)).toBe(206);
    expect(await statusOf('"another"')).toBe(200);
    expect(await statusOf(`W/${etag}`)).toBe(200);
    expect(await statusOf('Sat, 28 Nov 2026 00:00:00 GMT')).toBe(200);
  });

  it.each([(tag: string) => tag, (tag: string) => `"x", W/${tag}`, () => '*'])('is not sent again', async (header) => {
    const { status, bytes, headers } = await readBytes(nobody, url, { 'If-None-Match': header(etag) });
    expect([status, bytes.length, headers.get('ETag')]).toEqual([304, 0, etag]);
  });

  it.each([
    '/files/x',
    `/files/${'0'.repeat(32)}`,
    `/files/${'A'.repeat(32)}`,
    '/files/..%2f..%2fetc%2fpasswd',
    '/files/%00',
  ])('knows nothing of %s', async (path) => {
    expect((await nobody.get(path)).status).toBe(404);
  });

  it('knows nothing of what is not public', async () => {
    const driver = await newDriver();
    const roomId = await newRoom(driver);
    const files = [
      await sentFile(driver, { purpose: 'chat', roomId }),
      await sentFile(driver, { purpose: 'document' }),
    ];
    for (const file of files) {
      await used(file);
      const key = (await rowOf(file))?.key ?? '';
      expect(await nobody.get(`/files/${key}`)).toMatchObject(refusal(404, 'not_found'));
    }
  });
});
