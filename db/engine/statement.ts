import { is, sql } from 'drizzle-orm';
import { Column, Param, Placeholder } from 'drizzle-orm';
import { MySqlCustomColumn, QueryBuilder } from 'drizzle-orm/mysql-core';
import { fillPlaceholders, noopDecoder } from 'drizzle-orm/sql/sql';
import type { SQL } from 'drizzle-orm';
import type { Sql, Transaction } from './client.ts';

export interface Select {
  readonly _: { readonly result: readonly unknown[]; readonly selectedFields: Record<string, unknown> };
  toSQL(): { sql: string; params: unknown[] };
}

/** A parameter that is a list: for `in`, of one column's values or of several columns' together. */
interface ListParam<Columns extends readonly Column[]> {
  readonly list: Columns;
}

/** A parameter that is a plain number: for `limit`. */
interface NumberParam {
  readonly number: true;
}

/** A parameter that is plain text: for a list as JSON. */
interface TextParam {
  readonly text: true;
}

/** Declares a list of a column's values, or of tuples where several columns are named; of any length, but not empty. */
export const listOf = <const Columns extends readonly [Column, ...Column[]]>(...list: Columns): ListParam<Columns> => ({
  list,
});

/** Declares a plain number. */
export const number: NumberParam = { number: true };

/** Declares plain text. */
export const text: TextParam = { text: true };

/** What a statement takes when it runs: by name, the column that a value is compared with, a list of such, a number, or text. */
export type ParamSpecs = Record<string, Column | ListParam<readonly Column[]> | NumberParam | TextParam>;

type DataOf<Of> = Of extends Column ? Of['_']['data'] : never;
type TupleOf<Columns extends readonly Column[]> = Columns extends readonly [infer Only]
  ? DataOf<Only>
  : { readonly [Index in keyof Columns]: DataOf<Columns[Index]> };

/** The values that a statement runs with, inferred from what it declares. */
export type ParamValues<Specs extends ParamSpecs> = {
  [Name in keyof Specs]: Specs[Name] extends ListParam<infer Columns>
    ? readonly TupleOf<Columns>[]
    : Specs[Name] extends NumberParam
      ? number
      : Specs[Name] extends TextParam
        ? string
        : DataOf<Specs[Name]>;
};

/** The parameters as they stand in the SQL. */
export type Params<Specs extends ParamSpecs> = {
  [Name in keyof Specs]: Specs[Name] extends NumberParam | TextParam ? Placeholder : SQL<DataOf<Specs[Name]>>;
};

type Decode = (value: unknown) => unknown;
type Rows<Query extends Select> = Query['_']['result'][number][];
type Build<Specs extends ParamSpecs, Query extends Select> = (builder: QueryBuilder, params: Params<Specs>) => Query;

/**
 * A `select` that Drizzle builds once, at its first run, and that runs many times: building and mapping a query anew
 * costs more than half of a small read's CPU. The selection is `{name: column}`, or `{group: {name: column}}` for rows in parts.
 * What it runs with is declared, so that the wrong id, a missing value or a misspelt one does not compile.
 *
 * @example
 * const findOrder = statement({ orderId: orders.id }, (qb, { orderId }) =>
 *   qb.select({ id: orders.id }).from(orders).where(eq(orders.id, orderId)));
 * const rows = await findOrder(db, { orderId });
 */
export function statement<Specs extends ParamSpecs, Query extends Select>(
  specs: Specs,
  build: Build<Specs, Query>,
): (db: Sql, values: ParamValues<Specs>) => Promise<Rows<Query>> {
  return compiledOnce(specs, build, (text) => {
    if (/ for update\b| lock in share mode\b/u.test(text))
      throw new Error(`this locks: use lockingStatement(): ${text}`);
    return text;
  });
}

/** The same for a `select` that locks its rows until the transaction ends, so that it runs in one alone. */
export function lockingStatement<Specs extends ParamSpecs, Query extends Select>(
  specs: Specs,
  build: Build<Specs, Query>,
): (tx: Transaction, values: ParamValues<Specs>) => Promise<Rows<Query>> {
  return compiledOnce(specs, build, (text) => text);
}

/** The same, of which several may hold the same rows. Drizzle writes `for share`, which MariaDB does not know. */
export function sharingStatement<Specs extends ParamSpecs, Query extends Select>(
  specs: Specs,
  build: Build<Specs, Query>,
): (tx: Transaction, values: ParamValues<Specs>) => Promise<Rows<Query>> {
  return compiledOnce(specs, build, (text) => `${text} lock in share mode`);
}

/** @param finish gives the text as it runs */
function compiledOnce<Specs extends ParamSpecs, Query extends Select>(
  specs: Specs,
  build: Build<Specs, Query>,
  finish: (text: string) => string,
): (db: Sql, values: ParamValues<Specs>) => Promise<Rows<Query>> {
  let compiled: Compiled | undefined;
  return async (db, values) => {
    if (compiled === undefined) {
      const made = compile(specs, build);
      compiled = { ...made, text: finish(made.text) };
    }
    return run(db, compiled, values);
  };
}

/** A query's text, the places of its values, and how its rows are read. */
export interface Compiled {
  text: string;
  params: unknown[];
  shape: Shape;
}

/** What is made of a row: an object with these properties, each a column of the answer or several as an object. */
export interface Shape {
  /** All of them as null: a copy of it has its properties from the start, which is quicker than to give it one after another. */
  blank: Record<string, null>;
  fields: readonly Field[];
}

type Field = { name: string } & ({ index: number; decode: Decode | undefined } | { shape: Shape });

export async function run(db: Sql, { text, params, shape }: Compiled, values: object): Promise<unknown[]> {
  const filled = fillPlaceholders(params, values as Record<string, unknown>);
  const [rows] = await db.$client.query({ sql: text, rowsAsArray: true }, filled);
  return (rows as unknown[][]).map((row) => readRow(row, shape));
}

function readRow(row: readonly unknown[], { blank, fields }: Shape): Record<string, unknown> {
  const result: Record<string, unknown> = { ...blank };
  for (const field of fields) {
    if ('shape' in field) {
      result[field.name] = readRow(row, field.shape);
      continue;
    }
    const value = row[field.index];
    if (value !== null) result[field.name] = field.decode ? field.decode(value) : value;
  }
  return result;
}

/** Builds the query. Every declared parameter has to stand in it: one that does not is a condition forgotten. */
export function compile<Specs extends ParamSpecs, Query extends Select>(
  specs: Specs,
  build: Build<Specs, Query>,
): Compiled {
  const query = build(new QueryBuilder(), paramsOf(specs));
  const { sql: text, params } = query.toSQL();
  const used = new Set(params.map(nameOf));
  for (const name of Object.keys(specs)) {
    if (!used.has(name)) throw new Error(`the parameter ${name} stands nowhere in: ${text}`);
  }
  const shape = shapeOf(query._.selectedFields, { next: 0 });
  // Drizzle's types have null for the group of a table that is not there; a row here has a group of nulls.
  if (shape.fields.some((field) => 'shape' in field) && / left join /u.test(text))
    throw new Error(`a left join knows no groups: ${text}`);
  return { text, params, shape };
}

/** The shape of a selection, whose columns stand in the order in which Drizzle writes them: that of their names. */
function shapeOf(selection: Record<string, unknown>, column: { next: number }): Shape {
  const fields = Object.entries(selection).map(([name, selected]) =>
    isGroup(selected)
      ? { name, shape: shapeOf(selected, column) }
      : { name, index: column.next++, decode: decoderOf(selected) },
  );
  return { blank: Object.fromEntries(fields.map(({ name }) => [name, null])), fields };
}

const isGroup = (selected: unknown): selected is Record<string, unknown> =>
  Object.getPrototypeOf(selected) === Object.prototype;

function paramsOf<Specs extends ParamSpecs>(specs: Specs): Params<Specs> {
  const params = Object.entries(specs).map(([name, spec]) => {
    if (is(spec, Column)) return [name, sql`${sql.param(sql.placeholder(name), spec)}`];
    return [name, 'list' in spec ? sql`(${sql.placeholder(name)})` : sql.placeholder(name)];
  });
  return Object.fromEntries(params) as Params<Specs>;
}

/** The name of a value's place in a query; undefined where the value is in the query already. */
function nameOf(value: unknown): string | undefined {
  const place = is(value, Param) ? value.value : value;
  return is(place, Placeholder) ? place.name : undefined;
}

/** How a value of the driver becomes one of ours; undefined where it is one. */
function decoderOf(field: unknown): Decode | undefined {
  if (is(field, MySqlCustomColumn)) return Reflect.get(field, 'mapFrom') as Decode | undefined;
  if (is(field, Column)) {
    const same = field.mapFromDriverValue === Column.prototype.mapFromDriverValue;
    return same ? undefined : (value) => field.mapFromDriverValue(value);
  }
  const holder = field as { decoder?: { mapFromDriverValue: Decode }; sql?: SQL };
  const decoder = holder.decoder ?? (holder.sql as unknown as { decoder: { mapFromDriverValue: Decode } }).decoder;
  return decoder === noopDecoder ? undefined : (value) => decoder.mapFromDriverValue(value);
}
