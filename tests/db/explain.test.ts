import { existsSync, readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from '../../db/engine/connect.ts';
import { createMemoryFiles } from '../../adapters/memory/files.ts';
import { collectOrphanFiles } from '../../functions/files/collect-orphans.ts';
import { purgeExpired } from '../../functions/maintenance/purge-expired.ts';
import { fillWithManyRows, manyRows } from '../support/db/many-rows.ts';
import { planOf } from '../support/db/plan.ts';
import { readStatements } from '../support/db/ran-statements.ts';
import type { RanStatement } from '../support/db/ran-statements.ts';

/** Sorts and scans that are meant, by a part of their text, and why. */
const deliberate: Record<string, string> = {
  'from `jobs`': 'has a dozen rows',
  'from `room_members` inner join `messages`': 'somebody keeps what they wrote: some pages once in years',
  'count(*) from `messages`': 'counts within the newest 1,000 entries of a room',
};

describe('every statement that the suite ran', () => {
  let connection: Connection;
  let databaseUrl: string;
  let tables: string[];

  beforeAll(async () => {
    if (!existsSync(inject('databaseUrlFile'))) throw new Error('this reads what the project "node" ran: run both');
    databaseUrl = readFileSync(inject('databaseUrlFile'), 'utf8');
    connection = await createConnection({ uri: databaseUrl, timezone: 'Z', dateStrings: true });
    tables = await fillWithManyRows(connection);
  });
  afterAll(() => connection.end());

  it('meets tables that are large', async () => {
    // The epoch of the logs is one row, for ever.
    for (const table of tables.filter((name) => name !== 'log_epoch')) {
      const [rows] = await connection.query(`select count(*) as count from \`${table}\``);
      expect((rows as { count: number }[])[0]?.count, table).toBeGreaterThan(manyRows / 2);
    }
  });

  it('finds its rows by an index, and reads them in order', async () => {
    const statements = [
      ...(await readStatements(inject('statementLog'))),
      ...(await purgeStatements(connection, databaseUrl)),
    ].filter(({ sql }) => /^\s*(?:select|update|delete|with)\b.*\b(?:from|update)\b/isu.test(sql));
    expect(statements.length).toBeGreaterThan(20);

    const faults = [];
    let unplanned = 0;
    for (const { sql, samples } of statements) {
      const found = new Set<string>();
      let planned = false;
      for (const values of samples) {
        const plan = await planOf(connection, sql, values);
        planned ||= plan.planned;
        for (const fault of plan.faults) found.add(fault);
      }
      if (!planned) unplanned++;
      const meant = Object.keys(deliberate).some((part) => sql.includes(part));
      if (found.size > 0 && !meant) faults.push({ sql, faults: [...found] });
    }
    expect(faults).toEqual([]);
    // Values of which no row is left say nothing of the plan; most statements must have had others.
    expect(unplanned).toBeLessThan(statements.length / 3);
  });
});

/** What runs too seldom for the log: here it is, on the many rows. */
async function purgeStatements(connection: Connection, databaseUrl: string): Promise<RanStatement[]> {
  // As the product leaves them: nothing refers to a file that is to go.
  const doomed = `select id from files where state = 'pending' or deleted_at is not null`;
  await connection.query(`delete from vehicle_photos where file_id in (${doomed})`);
  await connection.query(`update documents set file_id = null where file_id in (${doomed})`);
  const ran: RanStatement[] = [];
  const db = connect(databaseUrl, {
    connections: 2,
    observe: (sql, values) => ran.push({ sql, samples: [[...values]] }),
  });
  const clock = { now: () => Date.now() };
  await purgeExpired({ db, clock });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  // The keys of these rows are none.
  const files = { ...createMemoryFiles(), delete: async () => {} };
  await collectOrphanFiles({ db, clock, log, files });
  await db.$client.close();
  // The first of each kind is enough.
  return [...new Map(ran.map((each) => [each.sql.slice(0, 60), each])).values()];
}
