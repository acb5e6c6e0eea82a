import { createHash } from 'node:crypto';
import { FileBodyFailed, FileTooLarge } from '../../functions/files/file-errors.ts';
import type { StoredFile } from '../../functions/ports.ts';

/**
 * A body that is counted and hashed while it is read, and never read past its limit. node:crypto hashes in Node, in Bun and
 * in workerd alike; Web Crypto's digest would need all bytes at once.
 */
export class MeasuredBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #maxBytes: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(body: ReadableStream<Uint8Array>, maxBytes: number) {
    this.#reader = body.getReader();
    this.#maxBytes = maxBytes;
  }

  /**
   * The next bytes, or undefined at the end.
   *
   * @throws FileTooLarge, FileBodyFailed
   */
  async next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#reader.read().catch((error: unknown) => {
      throw new FileBodyFailed(error);
    });
    if (done) return undefined;
    this.#bytes += value.length;
    if (this.#bytes > this.#maxBytes) throw new FileTooLarge(this.#maxBytes);
    this.#hash.update(value);
    return value;
  }

  /** What was read, when all of it was. Once. */
  measure(): StoredFile {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Tells the source that nobody reads on. Not awaited: it may take its time, or never answer. */
  cancel(reason: unknown): void {
    this.#reader.cancel(reason).catch(() => {});
  }
}

/** Lets `store` read the body, and cancels what it left unread when it fails. */
export async function readMeasured<Result>(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  store: (measured: MeasuredBody) => Promise<Result>,
): Promise<Result> {
  const measured = new MeasuredBody(body, maxBytes);
  try {
    return await store(measured);
  } catch (error) {
    measured.cancel(error);
    throw error;
  }
}
