import { sql } from 'drizzle-orm';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../db/engine/connect.ts';
import { databaseErrorCode, isOutage, outageOf } from '../../../db/engine/database-error.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import { freePort } from '../../../local/servers/ports.ts';
import { product, startBreakableDatabase } from '../../support/db/breakable-database.ts';
import type { BreakableDatabase } from '../../support/db/breakable-database.ts';
import { databaseStates } from '../../support/db/database-states.ts';
import { testSettings } from '../../support/servers/settings.ts';

let database: BreakableDatabase;
beforeAll(async () => {
  database = await startBreakableDatabase(testSettings().runFolder);
});
afterAll(() => database.stop());

/** What a statement, and a transaction that writes, end with on a database of this URL. */
async function failuresOf(url: string): Promise<{ read: unknown; write: unknown }> {
  const db = connect(url, { connections: 2 });
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  try {
    const read = await failureOf(db.execute(sql`select count(*) from rooms`));
    const write = await failureOf(
      transaction(db, async (tx) => {
        await tx.execute(sql`create table if not exists outage_probe (id int primary key auto_increment, body text)`);
        for (let row = 0; row < 60; row++) {
          await tx.execute(sql`insert into outage_probe (body) values (repeat('y', 7000))`);
        }
      }),
    );
    return { read, write };
  } finally {
    await db.$client.close();
  }
}

const withUrl = (change: Partial<URL>) => () => Object.assign(new URL(database.url), change).href;

describe('is an outage, and no defect of ours', () => {
  it.each([
    ['a wrong password', 'access', withUrl({ password: 'wrong' })],
    ['an unknown user', 'access', withUrl({ username: 'nobody' })],
    ['a database that is not there', 'access', withUrl({ pathname: '/kingbus_elsewhere' })],
    ["another's database", 'access', withUrl({ pathname: '/mysql' })],
    ['an unknown host', 'unreachable', withUrl({ hostname: 'nowhere.invalid' })],
    ['a port where nobody listens', 'unreachable', async () => withUrl({ port: String(await freePort()) })()],
  ] as const)('%s (%s)', async (_name, kind, url) => {
    const { read, write } = await failuresOf(await url());
    expect([outageOf(read), outageOf(write)]).toEqual([kind, kind]);
  });

  it('a server that hangs up while it says hello (unreachable)', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { read } = await failuresOf(withUrl({ port: String((server.address() as AddressInfo).port) })());
    expect(outageOf(read)).toBe('unreachable');
    server.close();
  });

  it.each(databaseStates)('a server where $name ($kind)', async ({ kind, enter, leave, reads }) => {
    await enter(database);
    const { read, write } = await failuresOf(database.url);
    await leave(database);
    expect([outageOf(read), outageOf(write)]).toEqual([reads ? undefined : kind, kind]);
    expect(await failuresOf(database.url)).toEqual({});
  });

  it('one connection more than the user may have (busy)', async () => {
    await database.admin('set global max_user_connections = 1');
    const db = connect(database.url, { connections: 2 });
    const both = await Promise.allSettled([1, 2].map(() => db.execute(sql`select sleep(0.2)`)));
    await db.$client.close();
    await database.admin('set global max_user_connections = 1000');
    const outcomes = both.map((each) => (each.status === 'rejected' ? outageOf(each.reason) : 'done'));
    expect(new Set(outcomes)).toEqual(new Set(['busy', 'done']));
  });

  it('a user that has asked as often as it may, of a connection that stands and of one that could not be set up', async () => {
    await database.admin(`alter user ${product} with max_queries_per_hour 5`);
    const ask = async (db: ReturnType<typeof connect>) =>
      db.execute(sql`select 1`).then(
        () => 'done',
        (error: unknown) => outageOf(error) ?? error,
      );
    const [stands, comesLate] = [connect(database.url, { connections: 1 }), connect(database.url, { connections: 1 })];
    const outcomes: unknown[] = [];
    while (outcomes.at(-1) !== 'busy' && outcomes.length < 10) outcomes.push(await ask(stands));
    // Of these some stand behind what would have set the connection up.
    for (let round = 0; round < 3; round++) outcomes.push(...(await Promise.all([1, 2, 3].map(() => ask(comesLate)))));
    await Promise.all([stands, comesLate].map((db) => db.$client.close()));
    await database.admin(`alter user ${product} with max_queries_per_hour 0`);
    expect(outcomes.filter((each) => each !== 'done' && each !== 'busy' && each !== 'unreachable')).toEqual([]);
    expect(outcomes).toContain('busy');
  });

  it('a statement that the server, or an operator, ended (busy)', async () => {
    const db = connect(database.url, { connections: 1 });
    const slow = db.execute(sql`set statement max_statement_time = 0.05 for select sleep(5)`);
    await expect(slow).rejects.toSatisfy((error) => outageOf(error) === 'busy');
    await db.$client.close();
  });

  it('a connection that an operator ended (unreachable)', async () => {
    const db = connect(database.url, { connections: 1 });
    await db.execute(sql`select 1`);
    const running = db.execute(sql`select sleep(5)`);
    const noted = running.catch((error: unknown) => error);
    await expect
      .poll(() => database.admin("select 1 from information_schema.processlist where info like 'select sleep(5)%'"))
      .toHaveLength(1);
    await database.cutProduct();
    expect(outageOf(await noted)).toBe('unreachable');
    await db.$client.close();
  });

  it('more callers than may wait for a connection (busy)', async () => {
    const db = connect(database.url, { connections: 1 });
    const callers = Array.from({ length: 10_010 }, () => db.execute(sql`select sleep(0)`));
    const failures = (await Promise.allSettled(callers)).flatMap((each) =>
      each.status === 'rejected' ? [outageOf(each.reason)] : [],
    );
    expect(failures).toContain('busy');
    expect(failures).not.toContain(undefined);
    await db.$client.close();
  });
});

it.each([
  ['a table that is not there', sql`select * from nowhere`],
  ['a statement that makes no sense', sql`no statement`],
  ['a column that is too short', sql`insert into jobs (name) values (${'x'.repeat(1000)})`],
])('%s is a defect of ours', async (_name, statement) => {
  const db = connect(database.url, { connections: 1 });
  const failure = await db.execute(statement).catch((error: unknown) => error);
  expect(databaseErrorCode(failure)).toMatch(/^ER_/u);
  expect(isOutage(failure)).toBe(false);
  await db.$client.close();
});
