import { z } from '@hono/zod-openapi';
import { base64url } from 'jose';
import { rule, ruleProblem } from './validation.ts';

/** The query of every list: `?limit=&cursor=`. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).openapi({ description: 'Items a page, 1 to 100.' }),
  cursor: z
    .string()
    .max(200)
    .refine((text) => /^[\w-]+$/u.test(text), rule('cursor'))
    .optional()
    .openapi({ description: '`nextCursor` of the page before; opaque.' }),
});

export type PageQuery = z.infer<typeof pageQuery>;

/** The answer of every list. `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Where a page begins: after the row with these keys, whose forms `key` states. Opaque to callers. */
export function decodeCursor<Key extends z.ZodType>(cursor: string | undefined, key: Key): z.infer<Key> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return key.parse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor))));
  } catch {
    throw ruleProblem('/cursor', 'cursor');
  }
}

const encodeCursor = (key: unknown): string => base64url.encode(JSON.stringify(key));

/**
 * A keyset page of `rows`, of which the caller read one more than `limit`: the extra row only says that there is a next
 * page. `keyOf` names the row after which that page begins.
 */
export function toPage<Item>(rows: Item[], limit: number, keyOf: (row: Item) => unknown): Page<Item> {
  const items = rows.length > limit ? rows.slice(0, limit) : rows;
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
