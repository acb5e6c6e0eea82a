import { z } from '@hono/zod-openapi';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { wholeNumber } from './fields.ts';
import { rule } from './validation.ts';

const pageShape = {
  limit: wholeNumber(1, 100).default(20).openapi({ description: 'Items a page, 1 to 100.' }),
  cursor: z
    .string()
    .max(400)
    .refine((text) => /^[\w-]+$/u.test(text), rule('cursor'))
    .optional()
    .openapi({ description: '`nextCursor` of the page before; opaque. Good for this list, order and filters alone.' }),
};

/** How far a list is counted. */
const countLimit = 1000;

const countShape = {
  count: z.enum(['true', 'false']).default('false').openapi({ description: 'Whether to count what the filters find.' }),
};

/** The answer of every list. `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** The answer of a list that can be counted. */
export const countedPageOf = <Item extends z.ZodType>(item: Item) =>
  pageOf(item).extend({
    count: z
      .object({ value: z.int().max(countLimit), exact: z.boolean() })
      .optional()
      .openapi({ description: `With \`count=true\`. Where it is not exact, there are more than ${countLimit}.` }),
  });

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface CountedPage<Item> extends Page<Item> {
  count?: { value: number; exact: boolean };
}

type Keys = Record<string, z.ZodType>;
type OrdersOf = Record<string, Keys>;
type KeysOf<Of extends Keys> = { readonly [Name in keyof Of]: z.output<Of[Name]> };

export interface ListRules<Filters extends z.ZodRawShape, Orders extends OrdersOf, Counted extends boolean> {
  /** Which list it is: no cursor of one is one of another. */
  name: string;
  /** What may be asked for, each `optional()` or with a default. */
  filters?: Filters;
  /** What `sort` may name, the first by default: the properties of a row that decide its place, and their form in a cursor. */
  orders: Orders;
  /** Whether `count=true` may be asked for. */
  counted?: Counted;
}

/** Every property that any of the orders looks at. */
type KeyOf<Orders extends OrdersOf, Each = Orders[keyof Orders]> = Each extends Each ? keyof Each & string : never;

type SortShape<Orders extends OrdersOf> = {
  sort: z.ZodDefault<z.ZodEnum<{ [Name in keyof Orders & string]: Name }>>;
};
type IsOne<Names, Each = Names> = Names extends Names ? ([Each] extends [Names] ? true : false) : never;
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- a shape that adds nothing
type Without = Record<never, never>;

type QueryShape<Filters, Orders extends OrdersOf, Counted> = typeof pageShape &
  Filters &
  (IsOne<keyof Orders> extends true ? Without : SortShape<Orders>) &
  (Counted extends true ? typeof countShape : Without);

type QueryOf<Filters, Orders extends OrdersOf, Counted> = z.ZodObject<
  QueryShape<Filters, Orders, Counted>,
  z.core.$strict
>;

/** Which rows a query asks for, as db/engine/list.ts takes it; `limit` is one more than are shown. */
type Selection<Filters extends z.ZodRawShape, Orders extends OrdersOf> = {
  [Name in keyof Orders & string]: {
    order: Name;
    filters: z.output<z.ZodObject<Filters>>;
    after: KeysOf<Orders[Name]> | undefined;
    limit: number;
  };
}[keyof Orders & string];

interface ReadQuery {
  limit: number;
  cursor?: string | undefined;
  sort?: string;
  count?: 'true' | 'false';
}

/**
 * A list: the query `?limit=&cursor=` with its filters and orders, and its pages.
 *
 * @example
 * ```ts
 * const openOrders = listQuery({
 *   name: 'open-orders',
 *   filters: { kind: z.enum(orderKinds).optional() },
 *   orders: { new: { id: idOf<OrderId>() }, departure: { departureAt: instant, id: idOf<OrderId>() } },
 * });
 * const { selection, page } = openOrders.open(query, actor.accountId);
 * return page(await readOpenOrders(db, selection));
 * ```
 */
export function listQuery<
  Orders extends OrdersOf,
  Filters extends z.ZodRawShape = Without,
  Counted extends boolean = false,
>({ name, filters, orders, counted }: ListRules<Filters, Orders, Counted>) {
  const sorts = Object.keys(orders);
  const first = sorts[0] as string;
  const schema = z.strictObject({
    ...pageShape,
    ...filters,
    ...(sorts.length > 1 && { sort: z.enum(sorts).default(first) }),
    ...(counted && countShape),
  }) as unknown as QueryOf<Filters, Orders, Counted>;
  const filterNames = Object.keys(filters ?? {});
  const cursorForms = new Map(
    Object.entries(orders).map(([sort, keys]) => [sort, z.tuple(Object.values(keys) as [z.ZodType, ...z.ZodType[]])]),
  );

  return {
    schema,

    /**
     * Begins to answer a query. `reader` is whom, and of what, the page is: a cursor that was given to somebody else, or with
     * another order or other filters, is Problem `validation_failed` at `/cursor`.
     */
    open(query: z.output<QueryOf<Filters, Orders, Counted>>, ...reader: string[]) {
      const { limit, cursor, sort = first, count } = query as unknown as ReadQuery;
      const given = Object.fromEntries(
        filterNames.map((filter) => [filter, (query as Record<string, unknown>)[filter]]),
      );
      const keyNames = Object.keys(orders[sort] as Keys) as KeyOf<Orders>[];
      const of = [name, sort, given, reader];
      const keys = cursor === undefined ? undefined : decodeCursor(cursor, of, cursorForms.get(sort) as z.ZodTuple);
      return {
        selection: {
          order: sort,
          filters: given,
          after: keys && Object.fromEntries(keyNames.map((key, place) => [key, keys[place]])),
          limit: limit + 1,
        } as Selection<Filters, Orders>,

        /** What to count, where it is wanted: db/engine/list.ts reads one more than is told. */
        counting:
          count === 'true' ? { filters: given as z.output<z.ZodObject<Filters>>, atMost: countLimit + 1 } : undefined,

        /** A page of rows, of which the last but one that were asked for only says that there is a next page. */
        page<Row extends Record<KeyOf<Orders>, unknown>>(rows: Row[]): Page<Row> {
          const items = rows.length > limit ? rows.slice(0, limit) : rows;
          const last = items.at(-1);
          const next = rows.length > limit && last !== undefined;
          return {
            items,
            nextCursor: next
              ? encodeCursor(
                  of,
                  keyNames.map((key) => last[key]),
                )
              : null,
          };
        },
      };
    },
  };
}

/** A number of rows as a list tells it. */
export const countOf = (read: number): { value: number; exact: boolean } => ({
  value: Math.min(read, countLimit),
  exact: read <= countLimit,
});
