import { env } from 'cloudflare:workers';
import { createR2Files } from '../../adapters/edge/r2-files.ts';
import { describeFiles } from '../ports/files-contract.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

describeFiles('R2', async () => {
  const { bucket, uploads } = watched(env.FILES);
  return { files: createR2Files(bucket, log), unfinished: async () => [...uploads], close: async () => {} };
});

/** A bucket that notes the uploads which were begun on it and are neither complete nor aborted: R2 does not list them. */
function watched(bucket: R2Bucket): { bucket: R2Bucket; uploads: Set<string> } {
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
    };
  };
  return {
    uploads,
    bucket: {
      get: bucket.get.bind(bucket),
      head: bucket.head.bind(bucket),
      put: bucket.put.bind(bucket),
      delete: bucket.delete.bind(bucket),
      list: bucket.list.bind(bucket),
      resumeMultipartUpload: bucket.resumeMultipartUpload.bind(bucket),
      createMultipartUpload,
    },
  };
}
