import type { Context } from 'hono';
import type { z } from 'zod';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';
import type { ProblemCode } from './problems.ts';

/** A kind of request body: what the OpenAPI document says of it, and how it is read. */
export interface Body<Value> {
  /** Its media type. */
  content: string;
  /** Its shape, for the document. */
  schema: z.ZodType;
  /** What can be wrong with it. */
  problems: readonly ProblemCode[];
  read: (c: Context<Env>) => Promise<Value>;
}

/** How much more than the limit is read and dropped, in bytes: a client that is still sending does not see an answer. */
const skippedAtMost = 2 * 1024 * 1024;

/** The media type that a request names, in lower case, and its parameters (RFC 9110, section 8.3.1). */
export function contentTypeOf(c: Context<Env>): { type: string; parameters: string[] } {
  const [type = '', ...parameters] = (c.req.header('Content-Type') ?? '').split(';').map((each) => each.trim());
  return { type: type.toLowerCase(), parameters };
}

/**
 * The whole body, at most `limit` bytes, whatever Content-Length says. Problems: `payload_too_large`; `brokenOff` where the
 * client went away in the middle: no defect of ours, and nobody is left to read the answer.
 */
export async function readAtMost(c: Context<Env>, limit: number, brokenOff: ProblemCode): Promise<Uint8Array> {
  if (Number(c.req.header('Content-Length') ?? 0) > limit) throw new Problem('payload_too_large');
  const chunks: Uint8Array[] = [];
  let length = 0;
  const { body } = c.req.raw;
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((): never => {
      throw new Problem(brokenOff);
    });
    if (done) break;
    length += value.byteLength;
    if (length <= limit) chunks.push(value);
    else if (length > limit + skippedAtMost) {
      await reader.cancel();
      break;
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
