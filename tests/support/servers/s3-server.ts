import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { buildApp } from 'fauxqs';
import type { S3Settings } from '../../../adapters/s3/s3-client.ts';
import { signatureOf } from './s3-signature.ts';

/** What a test lets go wrong. */
export interface S3Fault {
  /** Which requests: all of them, if unset. */
  when?: (request: IncomingMessage) => boolean;
  /** For how many; for ever, if unset. */
  times?: number;
  /**
   * A status with S3's code instead of an answer; the connection cut before an answer, after it was carried out, or within
   * the answer's body; no answer, or none but its first bytes; an error in place of what S3 found when it had said 200.
   */
  what: { status: number; code: string } | 'cut' | 'cut after' | 'cut body' | 'silence' | 'stall body' | 'late error';
}

/**
 * A local S3: fauxqs behind a front that does what it leaves out (signatures, checked by AWS's own implementation, and the
 * hash and length of a body) and goes wrong as it is told.
 */
export class S3Server {
  readonly settings: S3Settings;
  /** Each request as `PUT /bucket/key?query`. */
  readonly requests: string[] = [];
  /** Uploads in parts that are neither complete nor aborted. */
  readonly uploads = new Set<string>();
  readonly #faults: S3Fault[] = [];
  readonly #server;
  readonly #app;

  private constructor(server: ReturnType<typeof createServer>, app: ReturnType<typeof buildApp>) {
    this.#server = server;
    this.#app = app;
    server.on('request', (request, response) => void this.#serve(request, response));
    this.settings = {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'ap-northeast-2',
      bucket: 'kingbus-files',
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      pathStyle: true,
      timeoutMs: 10_000,
    };
  }

  static async start(): Promise<S3Server> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const app = buildApp({ logger: false });
    const started = new S3Server(server, app);
    await app.inject({ method: 'PUT', url: `/${started.settings.bucket}` });
    return started;
  }

  /** From now on, until it has happened as often as it should. */
  fail(fault: S3Fault): void {
    this.#faults.push({ ...fault });
  }

  heal(): void {
    this.#faults.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#app.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await buffer(request);
      const { url = '', method = '' } = request;
      // A bucket in the host's name fauxqs finds by itself.
      const [name = ''] = (request.headers.host ?? '').split('.');
      const path = /^\d/u.test(name) ? url : `/${name}${url}`;
      this.requests.push(`${method} ${path}`);
      const fault = this.#next(request);
      if (fault === 'cut') return void request.socket.destroy();
      if (fault === 'silence') return;
      if (typeof fault === 'object') return refuse(response, fault.status, fault.code);
      const refusal = await this.#refusal(request, body);
      if (refusal !== undefined) return refuse(response, ...refusal);
      await this.#answer(request, body, response, fault);
    } catch {
      request.socket.destroy();
    }
  }

  #next(request: IncomingMessage): S3Fault['what'] | undefined {
    const fault = this.#faults.find(({ when, times }) => times !== 0 && (when?.(request) ?? true));
    if (fault?.times !== undefined) fault.times--;
    return fault?.what;
  }

  async #refusal(request: IncomingMessage, body: Buffer): Promise<[status: number, code: string] | undefined> {
    const { method, headers } = request;
    if (method === 'PUT' && headers['content-length'] === undefined) return [411, 'MissingContentLength'];
    const authorization = headers.authorization ?? '';
    if (!authorization.includes(`Credential=${this.settings.accessKeyId}/`)) return [403, 'InvalidAccessKeyId'];
    if (authorization !== (await signatureOf(request, this.settings))) return [403, 'SignatureDoesNotMatch'];
    const hash = createHash('sha256').update(body).digest('hex');
    return headers['x-amz-content-sha256'] === hash ? undefined : [400, 'XAmzContentSHA256Mismatch'];
  }

  async #answer(
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    fault: S3Fault['what'] | undefined,
  ): Promise<void> {
    const { url = '' } = request;
    const found = await this.#app.inject({
      method: request.method as 'GET',
      url,
      headers: request.headers,
      payload: body,
    });
    this.#follow(request, url, found.statusCode, found.body);
    if (fault === 'cut after') return void request.socket.destroy();
    const isLate = fault === 'late error';
    const payload = isLate ? Buffer.from('<Error><Code>InternalError</Code></Error>') : found.rawPayload;
    const { 'content-length': length = payload.length, ...headers } = found.headers;
    // What a proxy in front of a storage may do to whoever lets it.
    if (/gzip/u.test(String(request.headers['accept-encoding'])) && found.statusCode < 300 && payload.length > 0) {
      response.writeHead(found.statusCode, { ...headers, 'Content-Encoding': 'gzip' } as never);
      return void response.end(gzipSync(payload));
    }
    response.writeHead(found.statusCode, { ...headers, 'Content-Length': isLate ? payload.length : length } as never);
    if (fault !== 'cut body' && fault !== 'stall body') return void response.end(payload);
    response.write(payload.subarray(0, payload.length / 2), () => {
      if (fault === 'cut body') request.socket.destroy();
    });
  }

  #follow({ method }: IncomingMessage, url: string, status: number, text: string): void {
    if (status >= 300) return;
    const begun = /<UploadId>([^<]+)</u.exec(text)?.[1];
    if (begun !== undefined && url.includes('?uploads')) this.uploads.add(begun);
    const named = new URL(url, this.settings.endpoint).searchParams.get('uploadId');
    if (named !== null && method !== 'PUT') this.uploads.delete(named);
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>No.</Message></Error>`);
}
