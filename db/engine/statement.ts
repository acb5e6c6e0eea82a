import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import type { Column } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/mysql-core';
import type { MySqlTable } from 'drizzle-orm/mysql-core';
import { fillPlaceholders } from 'drizzle-orm/sql/sql';
import type { SQL } from 'drizzle-orm';
import type { Database } from './client.ts';

interface Select {
  readonly _: { readonly result: readonly unknown[]; readonly selectedFields: Record<string, unknown> };
  toSQL(): { sql: string; params: unknown[] };
}

/** A value that a statement is given when it runs, in the form of the column it is compared with. */
export const given = (column: Column, name: string): SQL => sql`${sql.param(sql.placeholder(name), column)}`;

/** The same for `in (...)`: the caller gives an array, which may be any length but not empty. */
export const givenList = (name: string): SQL => sql`(${sql.placeholder(name)})`;

/** A number given when the statement runs: `limit`. */
export const givenNumber = (name: string) => sql.placeholder(name);

type Decode = (value: unknown) => unknown;

/**
 * A `select` that Drizzle builds once, at its first run, and that runs many times: building and mapping a query anew
 * costs more than half of a small read's CPU. The selection is flat, `{name: column}`.
 *
 * @example
 * const findOrder = statement((qb) =>
 *   qb.select({ id: orders.id }).from(orders).where(eq(orders.id, given(orders.id, 'orderId'))));
 * const rows = await findOrder(db, { orderId });
 */
export function statement<Query extends Select>(
  build: (builder: QueryBuilder) => Query,
): (db: Database, values: Record<string, unknown>) => Promise<Query['_']['result'][number][]> {
  let compiled: { text: string; params: unknown[]; names: string[]; decoders: Decode[] } | undefined;

  return async (db, values) => {
    compiled ??= compile(build(new QueryBuilder()));
    const { text, params, names, decoders } = compiled;
    const [rows] = await db.$client.query({ sql: text, rowsAsArray: true }, fillPlaceholders(params, values));
    return (rows as unknown[][]).map((row) => {
      const result: Record<string, unknown> = {};
      for (let index = 0; index < names.length; index++) {
        const value = row[index];
        result[names[index] as string] = value === null ? null : (decoders[index] as Decode)(value);
      }
      return result;
    });
  };
}

function compile(query: Select) {
  const { sql: text, params } = query.toSQL();
  const fields = Object.entries(query._.selectedFields);
  return {
    text,
    params,
    names: fields.map(([name]) => name),
    decoders: fields.map(([, field]) => decoderOf(field)),
  };
}

function decoderOf(field: unknown): Decode {
  const holder = field as { mapFromDriverValue?: Decode; decoder?: { mapFromDriverValue: Decode }; sql?: SQL };
  if (holder.mapFromDriverValue) return (value) => holder.mapFromDriverValue?.(value);
  const decoder = holder.decoder ?? (holder.sql as unknown as { decoder: { mapFromDriverValue: Decode } }).decoder;
  return (value) => decoder.mapFromDriverValue(value);
}

/**
 * An `insert` of any number of rows, whose text is made once: Drizzle's own takes 25 µs of CPU for each row. Columns that
 * are not named get their defaults.
 *
 * @example
 * const insertStops = insertion(orderStops, ['orderId', 'position', 'name']);
 * await insertStops(tx, stops);
 */
export function insertion<Table extends MySqlTable, Name extends string & keyof Table['$inferInsert']>(
  table: Table,
  names: readonly Name[],
): (db: Database, rows: readonly Pick<Table['$inferInsert'], Name>[]) => Promise<void> {
  const columns = getTableColumns(table);
  const selected = names.map((name) => [name, columns[name] as Column] as const);
  const text = `insert into \`${getTableName(table)}\` (${selected.map(([, { name }]) => `\`${name}\``).join(', ')}) values ?`;

  return async (db, rows) => {
    const values = rows.map((row) =>
      selected.map(([name, column]) => {
        const value = row[name];
        return value === null || value === undefined ? null : column.mapToDriverValue(value);
      }),
    );
    await db.$client.query(text, [values]);
  };
}
