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
  /** A request may come without one. */
  optional?: true;
  /** What can be wrong with it. */
  problems: readonly ProblemCode[];
  read: (c: Context<Env>) => Promise<Value>;
}

/**
 * Problem `unsupported_media_type` unless the body is of this media type (RFC 9110, section 8.3.1) and comes as it is: no
 * content coding is undone here, so one that is named is refused (section 15.5.16). Gives the parameters of the type.
 */
export function requireType(c: Context<Env>, wanted: string): Map<string, string> {
  const coding = c.req.header('Content-Encoding')?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    throw new Problem('unsupported_media_type', { headers: { 'Accept-Encoding': 'identity' } });
  }
  const [type = '', ...parameters] = (c.req.header('Content-Type') ?? '').split(';').map((each) => each.trim());
  if (type.toLowerCase() !== wanted) throw new Problem('unsupported_media_type');
  return new Map(parameters.map(parameterOf));
}

/** A name in lower case, and a value without its quotes. */
function parameterOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return [
    text.slice(0, at).trim().toLowerCase(),
    text
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/u, '$1'),
  ];
}

/**
 * The whole body, at most `limit` bytes, whatever Content-Length says. Problems: `payload_too_large`; `brokenOff` where the
 * client went away in the middle: no defect of ours, and nobody is left to read the answer.
 */
export async function readAtMost(c: Context<Env>, limit: number, brokenOff: ProblemCode): Promise<Uint8Array> {
  const announced = Number(c.req.header('Content-Length'));
  if (announced > limit) throw new Problem('payload_too_large');
  const bytes = Number.isNaN(announced)
    ? await readPieces(c.req.raw.body, limit, brokenOff)
    : // A server lets through as much as was announced. Node's need not make a stream of it, which costs more than all the rest.
      new Uint8Array(await c.req.raw.arrayBuffer().catch(failWith(brokenOff)));
  if (bytes.byteLength > limit) throw new Problem('payload_too_large');
  return bytes;
}

/** Of a body that comes in pieces, without a length. */
async function readPieces(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
  brokenOff: ProblemCode,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(failWith(brokenOff));
    if (done) break;
    length += value.byteLength;
    if (length > limit) {
      // Not cancelled: the adapter reads on, so that a client that is still sending gets the answer.
      reader.releaseLock();
      throw new Problem('payload_too_large');
    }
    chunks.push(value);
  }
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const all = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return all;
}

const failWith = (code: ProblemCode) => (): never => {
  throw new Problem(code);
};
