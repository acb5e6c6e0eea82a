import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { FilesUnavailable } from '../../functions/files/file-errors.ts';
import { inTime } from './in-time.ts';

export interface S3Settings {
  /** Where the storage answers, without the bucket: `https://s3.ap-northeast-2.amazonaws.com`. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** The bucket is the first part of the path rather than of the host's name: MinIO, and whatever has no wildcard DNS. */
  pathStyle: boolean;
  /** How long an answer may take to begin, and its body to go on, in milliseconds. */
  timeoutMs: number;
}

interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  key: string;
  /** Without the question mark. */
  query?: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

/** Statuses that S3 asks to repeat after: it was too busy, or failed. */
const passing = new Set([429, 500, 502, 503, 504]);
const attempts = 3;

/**
 * Signed requests to an S3-compatible storage. The signature covers the body: what was changed on the way is refused. What
 * may succeed the next time is tried three times, so every request has to be one that does no harm twice.
 */
export class S3Client {
  readonly timeoutMs: number;
  readonly #signer: AwsClient;
  readonly #base: string;

  constructor({ endpoint, region, bucket, accessKeyId, secretAccessKey, pathStyle, timeoutMs }: S3Settings) {
    this.timeoutMs = timeoutMs;
    this.#signer = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
    const { protocol, host } = new URL(endpoint);
    this.#base = pathStyle ? `${protocol}//${host}/${bucket}` : `${protocol}//${bucket}.${host}`;
    if (!URL.canParse(this.#base)) throw new Error(`the bucket ${bucket} cannot be part of the host ${host}`);
  }

  /**
   * The answer, if its status is 2xx or among `expected`.
   *
   * @throws FilesUnavailable that names the status and S3's code for anything else, and when there is no answer in time
   */
  async send(request: S3Request, expected: readonly number[] = []): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#sendOnce(request).catch((error: unknown) => error);
      if (outcome instanceof Response) {
        if (outcome.ok || expected.includes(outcome.status)) return outcome;
        if (attempt === attempts || !passing.has(outcome.status)) throw await this.#refusal(request, outcome);
        await outcome.body?.cancel();
      } else if (attempt === attempts) {
        throw new FilesUnavailable(`S3 did not answer ${request.method}`, outcome);
      }
      await pause(Math.random() * 100 * 2 ** attempt);
    }
  }

  /** An answer that is no file but a few lines of XML. */
  textOf(response: Response): Promise<string> {
    return inTime(response.text(), this.timeoutMs);
  }

  async #refusal({ method }: S3Request, response: Response): Promise<FilesUnavailable> {
    const code = elementOf(await this.textOf(response).catch(() => ''), 'Code');
    return new FilesUnavailable(`S3 refused ${method} with ${[response.status, code].join(' ').trim()}`);
  }

  async #sendOnce({ method, key, query, headers, body }: S3Request): Promise<Response> {
    const signed = await this.#signer.sign(`${this.#base}/${key}${query === undefined ? '' : `?${query}`}`, {
      method,
      headers: { ...headers, 'X-Amz-Content-Sha256': sha256(body ?? new Uint8Array()) },
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
    });
    // The bytes as they are, with their length. Not among what is signed: proxies change it.
    signed.headers.set('Accept-Encoding', 'identity');
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error('no answer in time')), this.timeoutMs);
    try {
      return await fetch(signed, { signal: controller.signal, redirect: 'manual' });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The text of an XML element; S3's answers are flat where we look. */
export const elementOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`, 'u').exec(xml)?.[1];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
