import type { StoredFile } from '../../functions/ports.ts';
import type { MeasuredBody } from './measured-body.ts';

/** The least that S3 and R2 take for a part that is not the last one, and what one put holds in memory, in bytes. */
export const partBytes = 5 * 2 ** 20;

/** What a storage of objects has for a body whose length nobody knows: neither S3 nor R2 takes one as a stream. */
export interface ObjectTarget {
  /** Stores a body that fits into one part. */
  putWhole(bytes: Uint8Array, stored: StoredFile): Promise<void>;
  /** Begins to store one in parts, of which nothing shows until it is complete. */
  beginParts(): Promise<PartsUpload>;
}

export interface PartsUpload {
  /** Numbers count from 1. All parts but the last have `partBytes`. */
  putPart(number: number, bytes: Uint8Array): Promise<void>;
  complete(): Promise<void>;
  /** Best effort: what cannot be aborted, the storage forgets by a rule of its own. Never rejects. */
  abort(): Promise<void>;
}

/** Stores a body of unknown length: whole where it is small, else part by part. */
export async function putInParts(body: MeasuredBody, target: ObjectTarget): Promise<StoredFile> {
  const parts = cut(body);
  const { value: first } = await parts.next();
  if (!first) throw new Error('a body has at least one part');
  if (first.last) {
    const stored = body.measure();
    await target.putWhole(first.bytes, stored);
    return stored;
  }
  const upload = await target.beginParts();
  try {
    let number = 1;
    await upload.putPart(number, first.bytes);
    for await (const { bytes } of parts) await upload.putPart(++number, bytes);
    await upload.complete();
  } catch (error) {
    await upload.abort();
    throw error;
  }
  return body.measure();
}

/** The body in pieces of `partBytes` and a shorter last one, which alone may be empty. */
async function* cut(body: MeasuredBody): AsyncGenerator<{ bytes: Uint8Array; last: boolean }, undefined> {
  let held: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await body.next(); chunk; chunk = await body.next()) {
    held.push(chunk);
    length += chunk.length;
    // Not before there is more, or the last part could be an empty one.
    while (length > partBytes) {
      const bytes = joined(held, length);
      yield { bytes: bytes.subarray(0, partBytes), last: false };
      held = [bytes.subarray(partBytes)];
      length -= partBytes;
    }
  }
  yield { bytes: joined(held, length), last: true };
  return undefined;
}

function joined(chunks: Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
