import type { Context } from 'hono';
import type { z } from 'zod';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';
import { readAtMost, requireType } from './read-body.ts';
import type { Body } from './read-body.ts';
import { parseInput } from './validation.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** The largest JSON body, in bytes. */
const limit = 64 * 1024;

export interface JsonBody<Schema extends z.ZodType> extends Body<z.output<Schema>> {
  content: 'application/json';
  schema: Schema;
}

/**
 * A JSON body of this shape: 415 for another type, 413 over 64 KiB, 400 where it is not JSON in UTF-8, 422 where it does
 * not fit.
 */
export const json = <Schema extends z.ZodType>(schema: Schema): JsonBody<Schema> => ({
  content: 'application/json',
  schema,
  problems: ['malformed_json', 'payload_too_large', 'unsupported_media_type', 'validation_failed'],
  read: async (c) => parseInput(c, schema, await readJson(c)),
});

/** The same, of a request that may also come without any body, whatever type it says that its nothing is of. */
export const optionalJson = <Schema extends z.ZodType>(
  schema: Schema,
): Body<z.output<Schema> | undefined> & { content: 'application/json'; schema: Schema; optional: true } => ({
  ...json(schema),
  optional: true,
  read: async (c) => (isEmpty(c) ? undefined : parseInput(c, schema, await readJson(c))),
});

/** Nothing is announced; and what comes unannounced, as it may in HTTP/2, says of which type it is. */
function isEmpty(c: Context<Env>): boolean {
  const length = c.req.header('Content-Length');
  if (length !== undefined || c.req.header('Transfer-Encoding') !== undefined) return length === '0';
  return c.req.raw.body === null || (c.req.header('Content-Type') ?? '') === '';
}

async function readJson(c: Context<Env>): Promise<unknown> {
  const charset = requireType(c, 'application/json').get('charset') ?? 'utf-8';
  if (!/^utf-?8$/iu.test(charset)) throw new Problem('unsupported_media_type');
  const bytes = await readAtMost(c, limit, 'malformed_json');
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Problem('malformed_json');
  }
}
