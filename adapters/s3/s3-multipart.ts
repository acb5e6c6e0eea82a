import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import type { Log } from '../../functions/ports.ts';
import type { FileKey } from '../../schema/ids.ts';
import type { PartsUpload } from '../shared/put-in-parts.ts';
import { elementOf } from './s3-client.ts';
import type { S3Client } from './s3-client.ts';

/** S3's multipart upload: initiate, parts, then complete or abort. */
export async function beginMultipart(
  client: S3Client,
  key: FileKey,
  headers: Record<string, string>,
  log: Log,
): Promise<PartsUpload> {
  const begun = await client.send({ method: 'POST', key, query: 'uploads=', headers });
  const uploadId = elementOf(await client.textOf(begun), 'UploadId');
  if (uploadId === undefined) throw new FilesUnavailable('S3 began an upload without a name');
  const upload = `uploadId=${encodeURIComponent(uploadId)}`;
  const etags: string[] = [];

  return {
    async putPart(number, body) {
      const response = await client.send({ method: 'PUT', key, query: `partNumber=${number}&${upload}`, body });
      await response.body?.cancel();
      const etag = response.headers.get('ETag');
      if (etag === null) throw new FilesUnavailable('S3 took a part without naming it');
      etags.push(etag);
    },

    async complete() {
      const parts = etags.map(
        (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
      );
      const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
      const response = await client.send({ method: 'POST', key, query: upload, body: new TextEncoder().encode(body) });
      // It may take long, so S3 answers 200 before it knows, and says in the body how it ended.
      const text = await client.textOf(response);
      if (!text.includes('<CompleteMultipartUploadResult')) {
        throw new FilesUnavailable(`S3 did not complete an upload: ${elementOf(text, 'Code') ?? 'no result'}`);
      }
    },

    async abort() {
      try {
        // Gone already is as good.
        const response = await client.send({ method: 'DELETE', key, query: upload }, [404]);
        await response.body?.cancel();
      } catch (error) {
        log.warn({ err: error }, 'an upload was not aborted');
      }
    },
  };
}
