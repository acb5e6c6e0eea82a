import { globSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import { List } from '../../db/engine/list.ts';
import type { ListOrder } from '../../db/engine/list.ts';
import { newestOperators, operatorsOfRegion, ratedOperators } from '../../db/operator-lists.ts';
import { orders } from '../../schema/orders.ts';
import { vehicles } from '../../schema/vehicles.ts';
import { checkout } from '../../local/folder.ts';
import { crowdLists } from '../support/db/crowded-lists.ts';
import type { Crowded } from '../support/db/crowded-lists.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { testSettings } from '../support/servers/settings.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- any list, whatever its columns
type AnyList = List<any, any, Record<string, ListOrder>, any, any>;
type Row = Record<string, unknown>;

/** Every list that a module of db/ exports. */
async function allLists(): Promise<[string, AnyList][]> {
  const modules = await Promise.all(
    globSync('db/*.ts', { cwd: checkout }).map((file) => import(join(checkout, file)) as Promise<object>),
  );
  return modules.flatMap((module) =>
    Object.entries(module).filter((each): each is [string, AnyList] => each[1] instanceof List),
  );
}

const lists = await allLists();
const ofOperators: ReadonlySet<unknown> = new Set([newestOperators, ratedOperators, operatorsOfRegion]);
const shown = 20;

/** Rows that are read with each one that is shown: an order's stops, an operator's region, a vehicle's picture. */
const partsOf = (list: AnyList): number =>
  list.definition.table === orders ? 2 : list.definition.table === vehicles || ofOperators.has(list) ? 1 : 0;

/** Each filter absent or with each of its values, in every combination. */
function combinations(list: AnyList): Record<string, string>[] {
  let all: Record<string, string>[] = [{}];
  const filters = list.definition.filters as Record<string, { enumValues?: string[] }>;
  for (const [name, { enumValues = [] }] of Object.entries(filters)) {
    all = [undefined, ...enumValues].flatMap((value) =>
      all.map((given) => (value === undefined ? given : Object.assign({ [name]: value }, given))),
    );
  }
  return all;
}

const cases = lists.flatMap(([name, list]) =>
  Object.keys(list.definition.orders).flatMap((order) =>
    combinations(list).map((filters) => ({
      name,
      list,
      order,
      filters,
      label: `${name} by ${order} ${JSON.stringify(filters)}`,
    })),
  ),
);

describe('every list, with every filter and in every order', () => {
  let db: Database;
  let drop: () => Promise<void>;
  let crowded: Crowded;
  const given = () => crowded as never;

  beforeAll(async () => {
    const created = await createTestDatabase(testSettings().databaseUrl);
    ({ drop } = created);
    const connection = await createConnection({ uri: created.url, timezone: 'Z', dateStrings: true });
    crowded = await crowdLists(connection);
    await connection.end();
    db = connect(created.url, { connections: 1 });
  });
  afterAll(async () => {
    await db.$client.close();
    await drop();
  });

  async function readStatus(): Promise<{ read: number; sorted: number }> {
    const [rows] = await db.$client.query(
      "show session status where variable_name like 'Handler_read%' or variable_name like 'Sort%'",
    );
    const status = new Map(
      (rows as RowDataPacket[]).map((row) => [String(row['Variable_name']), Number(row['Value'])]),
    );
    const sum = (...names: string[]) => names.reduce((total, name) => total + (status.get(name) ?? 0), 0);
    return {
      read: sum('Handler_read_next', 'Handler_read_prev', 'Handler_read_rnd', 'Handler_read_rnd_next'),
      sorted: sum('Sort_range', 'Sort_scan', 'Sort_rows'),
    };
  }

  /** What MariaDB read while `work` ran: entries of indexes and rows that it went through, and whether it sorted. */
  async function readBy<Result>(
    work: () => Promise<Result>,
  ): Promise<{ result: Result; read: number; sorted: number }> {
    const [earlier, before] = [await readStatus(), await readStatus()];
    const result = await work();
    const after = await readStatus();
    // Reading the status is a read itself.
    const cost = before.read - earlier.read;
    return { result, read: after.read - before.read - cost, sorted: after.sorted - before.sorted };
  }

  const keysOf = ({ definition }: AnyList, order: string, row: Row): Row =>
    Object.fromEntries(Object.keys(definition.orders[order]?.by ?? {}).map((key) => [key, row[key]]));

  it('are found', () => {
    expect(lists.map(([name]) => name).toSorted((left, right) => left.localeCompare(right))).toEqual([
      'accountKeys',
      'accountRooms',
      'accountsByEmail',
      'accountsByPhone',
      'accountsByUsername',
      'accountSessions',
      'auditByActor',
      'auditOfAction',
      'auditOfSubject',
      'auditTrail',
      'companyDrivers',
      'customerOrders',
      'keptNotices',
      'newestOperators',
      'openOrders',
      'operatorQuotes',
      'operatorsOfRegion',
      'orderQuotes',
      'ownDocuments',
      'ownVehicles',
      'publicVehicles',
      'ratedOperators',
      'registeredAccounts',
      'registeredDocuments',
      'registeredOperators',
      'registeredVehicles',
    ]);
    expect(cases.length).toBeGreaterThan(20);
  });

  it.each(cases)(
    '$label: reads what it shows and one row more, on the first page and on later ones, to the last',
    async ({ list, order, filters }) => {
      const page = (after: Row | undefined, limit: number) =>
        readBy(async () => (await list.page(db, given(), { order, filters, after, limit })) as Row[]);
      const all = await page(undefined, 100_000);
      const last = all.result.length - shown - 2;
      const pages = [await page(undefined, shown + 1)];
      for (const place of [0, Math.floor(last / 20), Math.floor(last / 2), last]) {
        pages.push(await page(keysOf(list, order, all.result[place] ?? {}), shown + 1));
      }
      for (const { result, read, sorted } of pages) {
        expect(result).toHaveLength(shown + 1);
        const parts = partsOf(list) * (shown + 1);
        expect(read - parts).toBeGreaterThanOrEqual(shown);
        expect(read - parts).toBeLessThanOrEqual(shown + 1);
        expect(sorted).toBe(0);
      }
    },
  );

  it.each(cases)('$label: shows every row once, in order', async ({ list, order, filters }) => {
    const size = 300;
    const rows: Row[] = [];
    for (let after: Row | undefined; ;) {
      const page = (await list.page(db, given(), { order, filters, after, limit: size })) as Row[];
      rows.push(...page);
      if (page.length < size) break;
      after = keysOf(list, order, page.at(-1) ?? {});
    }
    const all = (await list.page(db, given(), { order, filters, after: undefined, limit: 100_000 })) as Row[];
    expect(rows.length).toBeGreaterThan(400);
    expect(rows.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const { by = {}, direction = 'asc' } = list.definition.orders[order] ?? {};
    const text = (row: Row) =>
      Object.keys(by)
        .map((key) => String(row[key]).padStart(40))
        .join();
    const sorted = rows.map(text);
    expect(sorted).toEqual(direction === 'asc' ? sorted.toSorted() : sorted.toSorted().toReversed());
    for (const [name, value] of Object.entries(filters))
      expect(new Set(rows.map((row) => row[name]))).toEqual(new Set([value]));
  });

  it('are counted as far as somebody wants to know', async () => {
    const counted = lists.filter(([, { definition }]) => definition.count);
    expect(counted.length).toBeGreaterThan(0);
    for (const [, list] of counted) {
      for (const filters of combinations(list)) {
        const { result, read, sorted } = await readBy(() => list.count(db, given(), { filters, atMost: 501 }));
        expect({ result, sorted }).toEqual({ result: 501, sorted: 0 });
        // Each entry once, and once more as one of those that are counted.
        expect(read).toBeLessThanOrEqual(2 * 501 + 1);
        const all = (await list.page(db, given(), {
          order: Object.keys(list.definition.orders)[0] ?? '',
          filters,
          after: undefined,
          limit: 100_000,
        })) as Row[];
        expect(await list.count(db, given(), { filters, atMost: 100_000 })).toBe(all.length);
      }
    }
  });

  // Last: it changes the rows.
  it('reads what it shows, where few of many orders are open', async () => {
    const few = 45;
    await db.$client.query(
      `update orders set state = 'expired' where state = 'open' and id not in
         (select id from (select id from orders where state = 'open' order by id desc limit ${few}) those)`,
    );
    for (const { name, list, order, filters, label } of cases) {
      if (name !== 'openOrders' && !(name === 'customerOrders' && filters['state'] === 'open')) continue;
      const { result, read } = await readBy(
        async () => (await list.page(db, given(), { order, filters, after: undefined, limit: 100 })) as Row[],
      );
      if (filters['kind'] === undefined) expect([label, result.length]).toEqual([label, few]);
      expect(read - partsOf(list) * result.length, label).toBeLessThanOrEqual(result.length + 1);
    }
  });
});
