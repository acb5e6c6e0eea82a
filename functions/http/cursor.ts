import { base64url } from 'jose';
import { z } from 'zod';
import { ruleProblem } from './validation.ts';

const cursorForm = z.tuple([z.string()]).rest(z.union([z.string(), z.number()]));

/**
 * Where a page begins: after the row with these keys. `of` says of which list, order, filters and reader the cursor is. It only
 * tells a mistake from a cursor that fits, so it is no secret and nothing rests on it: 32 bits are enough.
 */
export const encodeCursor = (of: unknown, keys: readonly unknown[]): string =>
  base64url.encode(JSON.stringify([digest(of), ...keys]));

/** The keys in a cursor, or Problem `validation_failed` at `/cursor` where it is none, or of something else. */
export function decodeCursor<Keys extends z.ZodType>(cursor: string, of: unknown, keys: Keys): z.output<Keys> {
  try {
    const [mark, ...values] = cursorForm.parse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor))));
    if (mark === digest(of)) return keys.parse(values);
  } catch {
    // Not even the form of a cursor.
  }
  throw ruleProblem('/cursor', 'cursor');
}

/** FNV-1a, 32 bits. */
function digest(of: unknown): string {
  let hash = 0x81_1c_9d_c5;
  for (const byte of new TextEncoder().encode(JSON.stringify(of))) hash = Math.imul(hash ^ byte, 0x01_00_01_93);
  return (hash >>> 0).toString(36);
}
