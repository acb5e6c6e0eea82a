import { resolveRange } from '../../functions/files/byte-range.ts';
import type { ByteRange } from '../../functions/files/byte-range.ts';
import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import type { Files, Log, OpenFile } from '../../functions/ports.ts';
import type { FileKey } from '../../schema/ids.ts';
import { checkedKey } from '../shared/checked-key.ts';
import { filesFailure } from '../shared/files-failure.ts';
import { readMeasured } from '../shared/measured-body.ts';
import { putInParts } from '../shared/put-in-parts.ts';
import { elementOf, S3Client } from './s3-client.ts';
import type { S3Settings } from './s3-client.ts';
import { beginMultipart } from './s3-multipart.ts';
import { watchBody } from './watch-body.ts';

/**
 * Files in a bucket of an S3-compatible storage, which several machines may share. The bucket has to exist, and to forget
 * uploads that a killed process left incomplete (a lifecycle rule, docs/operations.md).
 */
export function createS3Files(settings: S3Settings, log: Log): Files {
  const client = new S3Client(settings);

  async function openRange(key: FileKey, range: ByteRange, isRetry = false): Promise<OpenFile | undefined> {
    const expected = isRetry ? [404] : [404, 416];
    const response = await client.send({ method: 'GET', key, headers: { Range: rangeHeader(range) } }, expected);
    if (response.status === 404) return missing(response);
    if (response.status === 416) return openRefused(key, range, response);
    const [, first, last, bytes] =
      /^bytes (\d+)-(\d+)\/(\d+)$/u.exec(response.headers.get('Content-Range') ?? '') ?? [];
    if (response.status !== 206 || bytes === undefined) throw new FilesUnavailable('S3 did not answer with a range');
    const resolved = { first: Number(first), last: Number(last) };
    return { body: bodyOf(response, resolved), bytes: Number(bytes), range: resolved };
  }

  /** A refusal need not tell the length; and some refuse a suffix that is longer than the file, which is all of it. */
  async function openRefused(key: FileKey, range: ByteRange, refused: Response): Promise<OpenFile | undefined> {
    await refused.body?.cancel();
    const head = await client.send({ method: 'HEAD', key }, [404]);
    return head.status === 404 ? undefined : openRange(key, resolveRange(range, lengthOf(head)), true);
  }

  /** Of a bucket that is not there nobody knows what it holds. */
  async function missing(response: Response): Promise<undefined> {
    const code = elementOf(await client.textOf(response), 'Code');
    if (code !== 'NoSuchKey') throw new FilesUnavailable(`S3 answered 404 ${code ?? ''}`);
    return undefined;
  }

  const bodyOf = (response: Response, { first, last }: { first: number; last: number }) =>
    watchBody(response, last + 1 - first, client.timeoutMs);

  return {
    async put(key, body, { maxBytes, type }) {
      checkedKey(key);
      const headers = { 'Content-Type': type };
      return readMeasured(body, maxBytes, (measured) =>
        putInParts(measured, {
          async putWhole(bytes) {
            const response = await client.send({ method: 'PUT', key, headers, body: bytes });
            await response.body?.cancel();
          },
          beginParts: () => beginMultipart(client, key, headers, log),
        }),
      ).catch(unavailable);
    },

    async open(key, range) {
      checkedKey(key);
      if (range) return openRange(key, range).catch(unavailable);
      const response = await client.send({ method: 'GET', key }, [404]).catch(unavailable);
      if (response.status === 404) return missing(response).catch(unavailable);
      const bytes = lengthOf(response);
      return { body: bodyOf(response, { first: 0, last: bytes - 1 }), bytes, range: undefined };
    },

    async delete(key) {
      const response = await client.send({ method: 'DELETE', key: checkedKey(key) }, [404]).catch(unavailable);
      if (response.status === 404) await missing(response).catch(unavailable);
      else await response.body?.cancel();
    },
  };
}

function lengthOf(response: Response): number {
  const length = response.headers.get('Content-Length');
  if (length === null) throw new FilesUnavailable('S3 did not say how long a file is');
  return Number(length);
}

const rangeHeader = (range: ByteRange): string =>
  'suffixLength' in range ? `bytes=-${range.suffixLength}` : `bytes=${range.first}-${range.last ?? ''}`;

const unavailable = filesFailure('S3 did not answer as it should');
