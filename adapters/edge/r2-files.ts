import { resolveRange } from '../../functions/files/byte-range.ts';
import type { Files, Log } from '../../functions/ports.ts';
import { checkedKey } from '../shared/checked-key.ts';
import { filesFailure } from '../shared/files-failure.ts';
import { readMeasured } from '../shared/measured-body.ts';
import { putInParts } from '../shared/put-in-parts.ts';
import type { PartsUpload } from '../shared/put-in-parts.ts';

/** Files in an R2 bucket. An upload in parts that could not be aborted is forgotten by R2 after seven days. */
export function createR2Files(bucket: R2Bucket, log: Log): Files {
  return {
    async put(key, body, { maxBytes, type }) {
      checkedKey(key);
      const httpMetadata = { contentType: type };
      return readMeasured(body, maxBytes, (measured) =>
        putInParts(measured, {
          async putWhole(bytes, { sha256 }) {
            await bucket.put(key, bytes, { httpMetadata, sha256 });
          },
          beginParts: async () => inParts(await bucket.createMultipartUpload(key, { httpMetadata }), log),
        }),
      ).catch(unavailable);
    },

    async open(key, range) {
      checkedKey(key);
      if (!range) {
        const object = await bucket.get(key).catch(unavailable);
        return object ? { body: object.body, bytes: object.size, range: undefined } : undefined;
      }
      // R2's own ranges do not tell one that is beyond the end from a failure.
      const head = await bucket.head(key).catch(unavailable);
      if (!head) return undefined;
      const { first, last } = resolveRange(range, head.size);
      const object = await bucket.get(key, { range: { offset: first, length: last + 1 - first } }).catch(unavailable);
      return object ? { body: object.body, bytes: object.size, range: { first, last } } : undefined;
    },

    async delete(key) {
      await bucket.delete(checkedKey(key)).catch(unavailable);
    },
  };
}

function inParts(upload: R2MultipartUpload, log: Log): PartsUpload {
  const parts: R2UploadedPart[] = [];
  return {
    async putPart(number, bytes) {
      parts.push(await upload.uploadPart(number, bytes));
    },
    async complete() {
      await upload.complete(parts);
    },
    async abort() {
      await upload.abort().catch((error: unknown) => log.warn({ err: error }, 'an upload was not aborted'));
    },
  };
}

const unavailable = filesFailure('R2 did not answer');
