import { and, asc, desc, eq, getTableName, gt, lt, or } from 'drizzle-orm';
import type { Column, Placeholder, SQL } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/mysql-core';
import type { MySqlTable, QueryBuilder } from 'drizzle-orm/mysql-core';
import type { Sql } from './client.ts';
import { compile, number, run } from './statement.ts';
import type { Compiled, ParamSpecs, Params, ParamValues, Select, Shape } from './statement.ts';

type Columns = Record<string, Column>;

/** How a list can be sorted. The columns together tell any two rows apart; rows have them under these names. */
export interface ListOrder {
  readonly by: Columns;
  readonly direction: 'asc' | 'desc';
}

/** What a list's query is made of: `from(table, on)`, `where`, `orderBy(...orderBy)`, `limit`. */
export interface ListParts {
  on: { forceIndex: string };
  where: SQL | undefined;
  orderBy: SQL[];
  limit: Placeholder;
}

type Build<Specs extends ParamSpecs, Query extends Select> = (
  builder: QueryBuilder,
  params: Params<Specs>,
  parts: ListParts,
) => Query;

export interface ListDefinition<
  Scope extends Columns,
  Filters extends Columns,
  Orders extends Record<string, ListOrder>,
  Needs extends ParamSpecs,
  Query extends Select,
  Shown,
> {
  table: MySqlTable;
  /** What the rows belong to: given each time. */
  scope: Scope;
  /** What all rows have in common. */
  fixed?: readonly (readonly [Column, string | number | boolean])[];
  /** What may be asked for: rows whose column has this value. */
  filters: Filters;
  orders: Orders;
  /** Other values that the query needs, such as the time. */
  needs: Needs;
  /** What no index decides, of few rows: each that it leaves out has been read in vain. `given` names the filters. */
  extraWhere?: (params: Params<Scope & Needs>, given: ReadonlySet<string>) => SQL | undefined;
  select: Build<Scope & Needs, Query>;
  /** Makes of the rows what the list gives: where it is left out, the rows themselves. What decides their place keeps its name. */
  show?: (rows: Query['_']['result'][number][], db: Sql) => Shown[] | Promise<Shown[]>;
  /** The same rows without what is shown of them, where somebody may ask for their number. */
  count?: Build<Scope & Needs, Select>;
}

type Values<Given extends Columns> = { readonly [Name in keyof Given]: Given[Name]['_']['data'] };

/** Which of a list's rows are wanted: of one order, with these filters, after the row with these keys. */
export type PageRequest<Orders extends Record<string, ListOrder>, Filters extends Columns> = {
  [Name in keyof Orders]: {
    order: Name;
    filters: { readonly [Filter in keyof Filters]?: Filters[Filter]['_']['data'] | undefined };
    after: Values<Orders[Name]['by']> | undefined;
    limit: number;
  };
}[keyof Orders];

/** What `page` is asked for, of a list. */
export type PageRequestOf<Of> = Of extends { page(db: Sql, given: never, wanted: infer Asked): unknown }
  ? Asked
  : never;

/**
 * A list with optional filters and named orders, read in keyset pages: one compiled statement for each order, each set of
 * filters that is given, and for the first page or a later one. Each runs on the index that begins with what is given and goes
 * on in the list's order, so that MariaDB reads no row that is not shown; without such an index the statement is refused.
 */
export class List<
  Scope extends Columns,
  Filters extends Columns,
  Orders extends Record<string, ListOrder>,
  Needs extends ParamSpecs,
  Query extends Select,
  Shown = Query['_']['result'][number],
> {
  readonly definition: ListDefinition<Scope, Filters, Orders, Needs, Query, Shown>;
  readonly #compiled = new Map<string, Compiled>();

  constructor(definition: ListDefinition<Scope, Filters, Orders, Needs, Query, Shown>) {
    this.definition = definition;
  }

  /** Up to `limit` rows, in their order. */
  async page(
    db: Sql,
    given: ParamValues<Scope & Needs>,
    { order, filters, after, limit }: PageRequest<Orders, Filters>,
  ): Promise<Shown[]> {
    const names = namesOf(filters);
    const key = `${String(order)} ${after ? 'after' : 'first'} ${names.join()}`;
    const compiled = this.#once(key, () => this.#compilePage(String(order), names, after !== undefined));
    const keys = after && Object.fromEntries(Object.entries(after).map(([name, value]) => [keyName(name), value]));
    const rows = await run(db, compiled, { ...given, ...filters, ...keys, limit });
    const { show } = this.definition;
    return show ? show(rows, db) : (rows as Shown[]);
  }

  /** How many rows there are with these filters, `atMost` or that many at most. */
  async count(
    db: Sql,
    given: ParamValues<Scope & Needs>,
    { filters, atMost }: { filters: PageRequest<Orders, Filters>['filters']; atMost: number },
  ): Promise<number> {
    const names = namesOf(filters);
    const compiled = this.#once(`count ${names.join()}`, () => this.#compileCount(names));
    const [row] = await run(db, compiled, { ...given, ...filters, limit: atMost });
    return (row as { counted: number }).counted;
  }

  #once(key: string, make: () => Compiled): Compiled {
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) this.#compiled.set(key, (compiled = make()));
    return compiled;
  }

  #compilePage(order: string, names: string[], later: boolean): Compiled {
    const { select, orders } = this.definition;
    const { by, direction } = orders[order] as ListOrder;
    const keys = later ? Object.fromEntries(Object.entries(by).map(([name, column]) => [keyName(name), column])) : {};
    const sorted = Object.values(by);
    const compiled = compile(this.#specs(names, keys), (builder, params) => {
      const begin = later ? afterKeys(by, direction, params) : undefined;
      return select(builder, params as Params<Scope & Needs>, {
        on: { forceIndex: this.#indexFor(names, sorted) },
        where: and(this.#where(names, params), begin),
        orderBy: sorted.map((column) => (direction === 'asc' ? asc(column) : desc(column))),
        limit: limitOf(params),
      });
    });
    const shown = namesIn(compiled.shape);
    const lacking = Object.keys(by).find((name) => !shown.includes(name));
    if (lacking !== undefined) throw new Error(`the rows have no ${lacking}, by which they are sorted`);
    return compiled;
  }

  #compileCount(names: string[]): Compiled {
    const { count } = this.definition;
    if (!count) throw new Error('this list is not counted');
    const { text, params } = compile(this.#specs(names, {}), (builder, params) =>
      count(builder, params as Params<Scope & Needs>, {
        on: { forceIndex: this.#indexFor(names, []) },
        where: this.#where(names, params),
        orderBy: [],
        limit: limitOf(params),
      }),
    );
    const shape = { blank: { counted: null }, fields: [{ name: 'counted', index: 0, decode: Number }] };
    return { text: `select count(*) from (${text}) as counted`, params, shape };
  }

  #specs(names: string[], keys: Columns): ParamSpecs {
    const { scope, needs, filters } = this.definition;
    const given = Object.fromEntries(names.map((name) => [name, filters[name] as Column]));
    return { ...scope, ...needs, ...given, ...keys, limit: number };
  }

  #where(names: string[], params: Params<ParamSpecs>): SQL | undefined {
    const { scope, filters, fixed = [], extraWhere } = this.definition;
    return and(
      ...Object.entries(scope).map(([name, column]) => eq(column, params[name])),
      ...fixed.map(([column, value]) => eq(column, value)),
      ...names.map((name) => eq(filters[name] as Column, params[name])),
      extraWhere?.(params as Params<Scope & Needs>, new Set(names)),
    );
  }

  /** The name of the index whose first columns are those with one value, in any order, and whose next are `sorted`. */
  #indexFor(names: string[], sorted: Column[]): string {
    const { table, scope, filters, fixed = [] } = this.definition;
    const equal = [
      ...Object.values(scope),
      ...fixed.map(([column]) => column),
      ...names.map((name) => filters[name] as Column),
    ].map(({ name }) => name);
    const order = sorted.map(({ name }) => name);
    const found = indexesOf(table).find(
      ({ columns }) =>
        equal.every((name) => columns.indexOf(name) >= 0 && columns.indexOf(name) < equal.length) &&
        order.every((name, place) => columns[equal.length + place] === name),
    );
    if (found) return found.name;
    throw new Error(`no index of ${getTableName(table)} has (${equal.join(', ')}) and then (${order.join(', ')})`);
  }
}

/** A table's indexes with all columns that they sort by: in InnoDB the primary key stands at the end of each. */
function indexesOf(table: MySqlTable): { name: string; columns: string[] }[] {
  const { indexes, primaryKeys, columns } = getTableConfig(table);
  const primary = primaryKeys[0]?.columns ?? columns.filter((column) => column.primary);
  const primaryNames = primary.map(({ name }) => name);
  const others = indexes.map(({ config }) => {
    const own = config.columns.flatMap((column) => ('name' in column ? [column.name] : []));
    return { name: config.name, columns: [...new Set([...own, ...primaryNames])] };
  });
  return [{ name: 'PRIMARY', columns: primaryNames }, ...others];
}

/** `limit` is declared by each statement of a list. */
const limitOf = (params: object): Placeholder => (params as { limit: Placeholder }).limit;

const keyName = (name: string): string => `after_${name}`;

/** The names of a row's properties, also of those in groups. */
const namesIn = ({ fields }: Shape): string[] =>
  fields.flatMap((field) => ('shape' in field ? namesIn(field.shape) : field.name));

/** The names of the filters that are given, in one order whatever the caller's. */
const namesOf = (filters: object): string[] =>
  Object.entries(filters)
    .flatMap(([name, value]) => (value === undefined ? [] : [name]))
    .toSorted((left, right) => (left < right ? -1 : 1));

/**
 * After the row with these keys: `a > ? or (a = ? and b > ?)`, which MariaDB reads as ranges of the index one after the other.
 */
function afterKeys(by: Columns, direction: 'asc' | 'desc', params: Record<string, SQL>): SQL | undefined {
  const beyond = direction === 'asc' ? gt : lt;
  const entries = Object.entries(by).map(([name, column]) => ({ column, value: params[keyName(name)] as SQL }));
  return or(
    ...entries.map(({ column, value }, place) =>
      and(...entries.slice(0, place).map((earlier) => eq(earlier.column, earlier.value)), beyond(column, value)),
    ),
  );
}
