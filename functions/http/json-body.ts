import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';

/** The largest JSON body, in bytes. */
export const jsonBodyLimit = 64 * 1024;

/** How much more than that is read and dropped, in bytes: a client that is still sending does not see an answer. */
const skippedAtMost = 2 * 1024 * 1024;

/**
 * Reads a JSON body once: 415 for another type, 413 over the limit (whatever Content-Length says), 400 where it is not
 * JSON in UTF-8. The validator after it finds the body already read.
 */
export function jsonBody(): MiddlewareHandler<Env> {
  return async (c, next) => {
    const [type, ...parameters] = (c.req.header('Content-Type') ?? '').toLowerCase().split(';');
    const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='));
    if (type?.trim() !== 'application/json' || (charset !== undefined && !/^charset="?utf-8"?$/u.test(charset))) {
      throw new Problem('unsupported_media_type');
    }
    if (Number(c.req.header('Content-Length') ?? 0) > jsonBodyLimit) throw new Problem('payload_too_large');
    const bytes = await readAtMost(c.req.raw.body, jsonBodyLimit);
    let body: unknown;
    try {
      body = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes));
    } catch {
      throw new Problem('malformed_json');
    }
    // What the validator asks. Hono's own would read the stream again, or turn a cached body into text and back.
    c.req.json = <Body>() => Promise.resolve(body as Body);
    await next();
  };
}

async function readAtMost(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (stream) {
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read().catch(brokenOff);
      if (done) break;
      length += value.byteLength;
      if (length <= limit) chunks.push(value);
      else if (length > limit + skippedAtMost) {
        await reader.cancel();
        break;
      }
    }
  }
  if (length > limit) throw new Problem('payload_too_large');
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const all = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return all;
}

/** The client went away in the middle: no defect of ours, and nobody is left to read the answer. */
function brokenOff(): never {
  throw new Problem('malformed_json');
}
