import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { createR2Files } from '../../adapters/edge/r2-files.ts';
import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import { newFileKey } from '../../functions/files/file-key.ts';
import { patterned, streamOf } from '../ports/bodies.ts';
import { describeFiles } from '../ports/files-contract.ts';

const warnings: object[] = [];
const log = { debug() {}, info() {}, warn: (values: object) => void warnings.push(values), error() {} };

describeFiles('R2', async () => {
  const { bucket, uploads } = watched(env.FILES);
  return { files: createR2Files(bucket, log), unfinished: async () => [...uploads], close: async () => {} };
});

describe('files in an R2 that fails', () => {
  const away = () => Promise.reject(new Error('put: We encountered an internal error. Please try again. (10001)'));
  const put = (bucket: R2Bucket, length: number) =>
    createR2Files(bucket, log).put(newFileKey(), streamOf(patterned(length), 65_536), {
      maxBytes: length,
      type: 'image/webp',
    });
  beforeEach(() => {
    warnings.length = 0;
  });

  test.each(['get', 'head', 'put', 'delete', 'createMultipartUpload'] as const)(
    'are unavailable: %s',
    async (method) => {
      const bucket = { ...watched(env.FILES).bucket, [method]: away };
      const files = createR2Files(bucket, log);
      const key = newFileKey();
      await createR2Files(env.FILES, log).put(key, streamOf(patterned(10), 10), { maxBytes: 10, type: 'image/webp' });
      const calls = {
        get: () => files.open(key),
        head: () => files.open(key, { first: 1 }),
        put: () => put(bucket, 10),
        delete: () => files.delete(key),
        createMultipartUpload: () => put(bucket, 6 * 2 ** 20),
      };
      await expect(calls[method]()).rejects.toThrow(FilesUnavailable);
    },
  );

  test.each(['uploadPart', 'complete'] as const)('leave no upload behind: %s', async (method) => {
    const { bucket, uploads } = watched(env.FILES, { [method]: away });
    await expect(put(bucket, 6 * 2 ** 20)).rejects.toThrow(FilesUnavailable);
    expect([...uploads]).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('say why the put failed, not that its upload could not be aborted; that is for the log', async () => {
    const abort = () => Promise.reject(new Error('no such upload'));
    const { bucket } = watched(env.FILES, { uploadPart: away, abort });
    await expect(put(bucket, 6 * 2 ** 20)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('10001') },
    });
    expect(warnings).toEqual([{ err: expect.objectContaining({ message: 'no such upload' }) }]);
  });
});

/**
 * A bucket that notes the uploads which were begun on it and are neither complete nor aborted: R2 does not list them.
 *
 * @param failing methods of an upload that do something else instead
 */
function watched(bucket: R2Bucket, failing: Partial<R2MultipartUpload> = {}) {
  const uploads = new Set<string>();
  const createMultipartUpload: R2Bucket['createMultipartUpload'] = async (key, options) => {
    const upload = await bucket.createMultipartUpload(key, options);
    uploads.add(upload.uploadId);
    return {
      key,
      uploadId: upload.uploadId,
      uploadPart: (number, value) => upload.uploadPart(number, value),
      async complete(parts) {
        const object = await upload.complete(parts);
        uploads.delete(upload.uploadId);
        return object;
      },
      async abort() {
        await upload.abort();
        uploads.delete(upload.uploadId);
      },
      ...failing,
    };
  };
  const whole: R2Bucket = {
    get: bucket.get.bind(bucket),
    head: bucket.head.bind(bucket),
    put: bucket.put.bind(bucket),
    delete: bucket.delete.bind(bucket),
    list: bucket.list.bind(bucket),
    resumeMultipartUpload: bucket.resumeMultipartUpload.bind(bucket),
    createMultipartUpload,
  };
  return { bucket: whole, uploads };
}
