import type { Context } from 'hono';
import { cleanLine } from '../text/human-text.ts';

/** What a request comes from, in its own words (`User-Agent`), as far as they can be read; undefined where it says nothing. */
export function deviceName(c: Context): string | undefined {
  // Bytes that are no ASCII come as one character each: what they meant is not known.
  const words = cleanLine((c.req.header('User-Agent') ?? '').replace(/[^\x20-\x7E]/gu, ' '));
  return words === '' ? undefined : words.slice(0, 200);
}
