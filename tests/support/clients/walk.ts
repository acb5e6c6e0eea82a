import type { Page } from '../../../functions/http/paging.ts';
import type { Client } from './client.ts';

/** Reads a list to its end. `between` runs after each page, as the world goes on meanwhile. */
export async function walk<Item>(
  client: Client,
  path: string,
  limit: number,
  between?: (pages: number) => Promise<unknown>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 1; ; pages++) {
    const query: string = `limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
    const { status, body, text } = await client.get<Page<Item>>(`${path}${path.includes('?') ? '&' : '?'}${query}`);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    items.push(...body.items);
    cursor = body.nextCursor;
    if (cursor === null) return items;
    await between?.(pages);
  }
}
