import dns from 'node:dns';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { S3Settings } from '../../adapters/s3/s3-client.ts';
import { createS3Files } from '../../adapters/s3/s3-files.ts';
import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import { newFileKey } from '../../functions/files/file-key.ts';
import type { FileKey } from '../../schema/ids.ts';
import { bytesOf, patterned, Source, streamOf } from '../ports/bodies.ts';
import { S3Server } from '../support/servers/s3-server.ts';
import type { S3Fault } from '../support/servers/s3-server.ts';

const MiB = 2 ** 20;
const options = { maxBytes: 64 * MiB, type: 'image/webp' };

describe('files in S3', () => {
  let server: S3Server;
  let key: FileKey;
  const warnings: unknown[] = [];
  const log = { debug() {}, info() {}, warn: (values: object) => void warnings.push(values), error() {} };
  const filesWith = (more: Partial<S3Settings> = {}) => createS3Files({ ...server.settings, ...more }, log);
  const put = (length: number, files = filesWith()) => files.put(key, streamOf(patterned(length), 65_536), options);
  const requests = () => server.requests.map((each) => each.replace(key, 'key').replace(/uploadId=.*/u, 'uploadId'));

  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    key = newFileKey();
    server.requests.length = 0;
    warnings.length = 0;
  });
  afterEach(() => {
    server.heal();
    expect(server.uploads.size).toBe(0);
  });

  const busy = { status: 503, code: 'SlowDown' };
  const passing: S3Fault['what'][] = [busy, 'cut', 'cut after'];

  it.each(passing)('get over one answer of %o to each kind of request', async (what) => {
    const files = filesWith();
    const isPart = /partNumber=1/u;
    server.fail({ what, times: 1, when: ({ method, url }) => method === 'PUT' && isPart.test(url ?? '') });
    server.fail({ what, times: 1, when: ({ method }) => method === 'GET' });
    server.fail({ what, times: 1, when: ({ method }) => method === 'DELETE' });
    expect(await put(6 * MiB, files)).toMatchObject({ bytes: 6 * MiB });
    expect((await bytesOf((await files.open(key))?.body)).length).toBe(6 * MiB);
    await files.delete(key);
    expect(requests()).toEqual([
      'POST /kingbus-files/key?uploads=',
      'PUT /kingbus-files/key?partNumber=1&uploadId',
      'PUT /kingbus-files/key?partNumber=1&uploadId',
      'PUT /kingbus-files/key?partNumber=2&uploadId',
      'POST /kingbus-files/key?uploadId',
      'GET /kingbus-files/key',
      'GET /kingbus-files/key',
      'DELETE /kingbus-files/key',
      'DELETE /kingbus-files/key',
    ]);
  });

  it('are unavailable after the third answer that is none, each time', async () => {
    const files = filesWith();
    server.fail({ what: busy });
    await expect(put(10, files)).rejects.toThrow('S3 refused PUT with 503 SlowDown');
    await expect(files.open(key)).rejects.toThrow(FilesUnavailable);
    await expect(files.open(key, { first: 0 })).rejects.toThrow(FilesUnavailable);
    await expect(files.delete(key)).rejects.toThrow(FilesUnavailable);
    expect(requests()).toHaveLength(12);
  });

  it('are unavailable where nobody answers, within the time set for it', async () => {
    const files = filesWith({ timeoutMs: 100 });
    server.fail({ what: 'silence' });
    const source = new Source(65_536);
    await expect(files.put(key, source.stream, options)).rejects.toThrow(FilesUnavailable);
    await expect(files.open(key)).rejects.toThrow(FilesUnavailable);
    await expect(files.delete(key)).rejects.toThrow(FilesUnavailable);
    // No more was read than a part, and what showed that there is more.
    expect(source.made).toBeLessThanOrEqual(5 * MiB + 3 * 65_536);
    expect(await source.cancelled).toBeInstanceOf(FilesUnavailable);
  });

  it.each<[string, RegExp, S3Fault['what']]>([
    ['a part', /partNumber=2/u, busy],
    ['a part that is cut off', /partNumber=2/u, 'cut'],
    ['the completion', /\?uploadId/u, busy],
  ])('leave no upload behind when %s fails for good', async (_what, url, what) => {
    const files = filesWith();
    server.fail({ what, when: (request) => request.method !== 'DELETE' && url.test(request.url ?? '') });
    await expect(put(11 * MiB, files)).rejects.toThrow(FilesUnavailable);
    expect(requests().at(-1)).toBe('DELETE /kingbus-files/key?uploadId');
    expect(await files.open(key)).toBeUndefined();
  });

  it('are not taken for stored when S3 says 200 and then that it failed', async () => {
    server.fail({
      what: 'late error',
      times: 1,
      when: ({ method, url }) => method === 'POST' && /\?uploadId/u.test(url ?? ''),
    });
    await expect(put(6 * MiB)).rejects.toThrow('S3 did not complete an upload: InternalError');
  });

  it('say why a put failed, not that its upload could not be aborted; that is for the log', async () => {
    const { code, status } = { status: 400, code: 'InvalidPart' };
    server.fail({ what: { code, status }, when: ({ url }) => /partNumber/u.test(url ?? '') });
    server.fail({ what: { status: 403, code: 'AccessDenied' }, when: ({ method }) => method === 'DELETE' });
    await expect(put(6 * MiB)).rejects.toThrow('S3 refused PUT with 400 InvalidPart');
    expect(warnings).toEqual([
      { err: expect.objectContaining({ message: 'S3 refused DELETE with 403 AccessDenied' }) },
    ]);
    server.uploads.clear();
  });

  it.each<[S3Fault['what'], string]>([
    ['cut body', 'broken off'],
    ['stall body', 'standing still'],
  ])('fail to be read, rather than end, when an answer is %s', async (what) => {
    const files = filesWith({ timeoutMs: 300 });
    await put(200_000, files);
    server.fail({ what });
    await expect(bytesOf((await files.open(key))?.body)).rejects.toThrow(FilesUnavailable);
    await expect(bytesOf((await files.open(key, { first: 10 }))?.body)).rejects.toThrow(FilesUnavailable);
  });

  it('wait for a slow reader as long as it likes', async () => {
    const files = filesWith({ timeoutMs: 50 });
    await put(200_000, files);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const reader = (await files.open(key))?.body.getReader();
    let read = (await reader?.read())?.value?.length ?? 0;
    await vi.advanceTimersByTimeAsync(60_000);
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) read += next.value.length;
    expect(read).toBe(200_000);
  });

  it.each<[Partial<S3Settings>, string]>([
    [{ secretAccessKey: 'another secret' }, '403 SignatureDoesNotMatch'],
    [{ accessKeyId: 'AKIDSTRANGER' }, '403 InvalidAccessKeyId'],
    [{ region: 'us-east-1' }, '403 SignatureDoesNotMatch'],
    [{ bucket: 'no-such-bucket' }, '404 NoSuchBucket'],
  ])('with %o are unavailable, not absent, and S3 is asked once', async (wrong, found) => {
    const files = filesWith(wrong);
    const calls = [
      () => put(10, files),
      () => files.open(key),
      () => files.open(key, { first: 1 }),
      () => files.delete(key),
    ];
    for (const call of calls) {
      const outcome: unknown = await call().catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(FilesUnavailable);
      expect(String(outcome)).toContain(found);
      expect(String(outcome)).not.toContain('another secret');
    }
    expect(server.requests).toHaveLength(4);
  });

  it('name the bucket in the host where the path is not to', async () => {
    // What a wildcard DNS entry does, which a test machine lacks.
    const { lookup } = dns;
    const here = (name: string) => (name.endsWith('.s3.test') ? '127.0.0.1' : name);
    vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: [never, never]) =>
      lookup(here(name), ...rest)) as typeof lookup);
    const endpoint = server.settings.endpoint.replace('127.0.0.1', 's3.test');
    const files = filesWith({ endpoint, pathStyle: false });
    await put(6 * MiB, files).finally(() => vi.restoreAllMocks());
    expect(requests()[0]).toBe('POST /kingbus-files/key?uploads=');
    expect((await bytesOf((await filesWith().open(key))?.body)).length).toBe(6 * MiB);
  });
});
