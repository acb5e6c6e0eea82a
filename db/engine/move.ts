import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Column, SQL } from 'drizzle-orm';
import type { MySqlColumn, MySqlTable } from 'drizzle-orm/mysql-core';
import type { Transaction } from './client.ts';

/** The thing moved; it stands elsewhere, in this state; or it could move, but is at another version than was expected. */
export type Moved<State extends string> = 'moved' | { state: State } | 'stale';

/** A step, as its table of states has it. */
export interface Moving<State extends string> {
  from: readonly State[];
  to: State;
  stamp?: string;
}

/**
 * Makes the statements that move things of one table from state to state: one guarded `UPDATE`, so that of two at once one moves,
 * and a look at what stands where it did not. Undefined where there is no such thing.
 *
 * `versions`, where they are given, are those that the caller knows (`If-Match`): a thing at another one does not move.
 *
 * @param standing the state as it is to be read, where time alone decides part of it
 */
export function mover<State extends string>(
  table: MySqlTable,
  {
    id,
    state,
    version,
    standing = () => sql`${state}`,
    among,
  }: {
    id: MySqlColumn;
    state: MySqlColumn;
    version?: MySqlColumn;
    standing?: (at: string) => SQL;
    /** Which rows of the table are such things at all; the others are not there. */
    among?: SQL;
  },
) {
  return async (
    tx: Transaction,
    thing: string,
    { from, to, stamp }: Moving<State>,
    at: string,
    more: { set?: Record<string, unknown>; where?: SQL | undefined; versions?: readonly number[] | undefined } = {},
  ): Promise<Moved<State> | undefined> => {
    const set: Record<string, unknown> = { ...more.set, [nameOf(table, state)]: to };
    if (stamp !== undefined) set[stamp] = at;
    if (version !== undefined) set[nameOf(table, version)] = sql`${version} + 1`;
    const expected = version && more.versions && inArray(version, [...more.versions]);
    const [{ affectedRows }] = await tx
      .update(table)
      .set(set)
      .where(and(eq(id, thing), inArray(state, [...from]), among, more.where, expected));
    if (affectedRows === 1) return 'moved';
    const [found] = (await tx
      .select({ state: standing(at) })
      .from(table)
      .where(and(eq(id, thing), among))) as { state: State }[];
    return found && more.versions && from.includes(found.state) ? 'stale' : found;
  };
}

/**
 * Makes the statement that moves several things of one table at once, which the transaction has locked. None that stands elsewhere
 * moves.
 */
export function bulkMover<State extends string>(
  table: MySqlTable,
  { id, state, version }: { id: MySqlColumn; state: MySqlColumn; version?: MySqlColumn },
) {
  return async (tx: Transaction, things: readonly string[], { from, to, stamp }: Moving<State>, at: string) => {
    if (things.length === 0) return;
    const set: Record<string, unknown> = { [nameOf(table, state)]: to };
    if (stamp !== undefined) set[stamp] = at;
    if (version !== undefined) set[nameOf(table, version)] = sql`${version} + 1`;
    await tx
      .update(table)
      .set(set)
      .where(and(inArray(id, [...things]), inArray(state, [...from])));
  };
}

/** The name of a column in the table's own rows. */
function nameOf(table: MySqlTable, column: Column): string {
  const found = Object.entries(table).find(([, each]) => each === column);
  if (!found) throw new Error(`${column.name} is no column of its table`);
  return found[0];
}
