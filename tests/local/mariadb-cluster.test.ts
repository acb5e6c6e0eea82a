import { sql } from 'drizzle-orm';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrateDatabase } from '../../adapters/node/migrate-database.ts';
import { insertAccount } from '../../db/accounts.ts';
import { appendMessages } from '../../db/append-messages.ts';
import type { Database } from '../../db/engine/client.ts';
import { connect } from '../../db/engine/connect.ts';
import { outageOf } from '../../db/engine/database-error.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { stateOf } from '../../db/health.ts';
import { insertRoom } from '../../db/rooms.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { MariaDbCluster } from '../../local/servers/mariadb-cluster.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';

/** How long its nodes may take to start, in milliseconds, where the machine runs other tests too. */
const patience = 300_000;

const folder = mkdtempSync(join(tmpdir(), 'kingbus-cluster-'));
let cluster: MariaDbCluster;
const opened: Database[] = [];

function urlOf(...nodes: number[]): string {
  const hosts = nodes.map((node) => `127.0.0.1:${cluster.ports[node]}`).join(',');
  return cluster.url.replace(/(?<=@)[^/]+/u, hosts);
}

/** As a process that was given the nodes in this order. */
function open(...nodes: number[]): Database {
  const db = connect(urlOf(...nodes), { connections: 4, probeMs: 100 });
  opened.push(db);
  return db;
}

beforeAll(async () => {
  cluster = await MariaDbCluster.start({ folder, durable: false });
  await migrateDatabase(cluster.url);
  const db = open(0, 1, 2);
  await db.execute(sql`create table counters (id int primary key, value int not null)`);
}, patience);
afterAll(async () => {
  await Promise.all(opened.map((db) => db.$client.close()));
  await cluster?.killAll();
  rmSync(folder, { recursive: true, force: true });
}, patience);

const valueOf = async (db: Database, id: number): Promise<number> => {
  const [rows] = await db.execute(sql`select value from counters where id = ${id}`);
  return (rows as unknown as { value: number }[])[0]?.value ?? 0;
};
const setUp = (id: number) => open(0, 1, 2).execute(sql`replace into counters values (${id}, 0)`);
const increment = (db: Database, id: number) =>
  transaction(db, async (tx) => {
    await tx.execute(sql`select value from counters where id = ${id} for update`);
    await tx.execute(sql`update counters set value = value + 1 where id = ${id}`);
  });

/** Six copies of MariaDB in turn, which take a minute of both cores: in `npm run test:all` alone. */
describe('a database of three nodes', () => {
  test('migrations run at any two of them at once', { timeout: patience }, async () => {
    const urls = [0, 1].map((node) => cluster.url.replace(/(?<=@)[^/]+/u, `127.0.0.1:${cluster.ports[node]}`));
    await Promise.all(urls.map((url) => migrateDatabase(url)));
  });

  test('a read at one finds what another has just acknowledged', async () => {
    await setUp(1);
    const [writer, reader] = [open(0, 1), open(1, 0)];
    const seen: number[] = [];
    for (let round = 1; round <= 100; round++) {
      await writer.execute(sql`update counters set value = ${round} where id = 1`);
      seen.push(await valueOf(reader, 1));
    }
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('of two at different nodes that change the same at once, both come through, one after the other', async () => {
    await setUp(2);
    const writers = [open(0, 1), open(1, 0), open(2, 0)];
    const rounds = writers.map(async (db) => {
      for (let round = 0; round < 10; round++) await untilDone(() => increment(db, 2));
    });
    await Promise.all(rounds);
    expect(await valueOf(open(2, 1), 2)).toBe(30);
  });

  test('a batch that the log has some of already is the same at all of them', { timeout: patience }, async () => {
    const db = open(0, 1, 2);
    const [room, sender] = [crypto.randomUUID() as RoomId, crypto.randomUUID() as AccountId];
    const at = new Date().toISOString();
    await transaction(db, async (tx) => {
      const person = { username: 'galera', email: 'galera@example.com', phone: '+821012345678', displayName: '김민지' };
      const account = { id: sender, role: 'customer', state: 'active', passwordHash: 'none', createdAt: at } as const;
      await insertAccount(tx, { ...account, ...person }, undefined);
      await insertRoom(tx, { id: room, orderId: null, createdAt: at }, [sender]);
    });
    const message = (clientId: string) =>
      ({
        senderId: sender,
        clientId,
        kind: 'text',
        body: 'x'.repeat(2_000),
        targetSeq: null,
        needsMembership: true,
      }) as const;
    const append = (ids: string[]) => {
      const batch = ids.map(message);
      return transaction(db, (tx) => appendMessages(tx, room, batch, at));
    };
    await append(['known']);
    // More than one event of the log of a node holds, and then what is there already.
    await append([...Array.from({ length: 20 }, (_, index) => `new ${index}`), 'known']);
    await append(['last']);
    for (const node of [0, 1, 2]) {
      const [row] = await cluster.ask(
        node,
        `select count(*) as messages from kingbus.messages where room_id = '${room}'`,
      );
      expect([await cluster.sizeSeenBy(node), row]).toEqual([3, { messages: 22 }]);
    }
  });

  test(
    'while one is killed, loses its disk and joins again, nothing that was acknowledged is lost or doubled',
    { timeout: patience },
    async () => {
      const db = open(0, 1, 2);
      await db.execute(sql`create table entries (id int primary key)`);
      const acknowledged: number[] = [];
      let unknown = 0;
      const enough = new AbortController();
      const writing = (async () => {
        for (let id = 1; !enough.signal.aborted; id++) {
          await transaction(db, (tx) => tx.execute(sql`insert into entries values (${id})`)).then(
            () => acknowledged.push(id),
            (error: unknown) => {
              expect(outageOf(error)).toBeDefined();
              unknown++;
            },
          );
        }
      })();
      await expect.poll(() => acknowledged.length).toBeGreaterThan(20);
      await cluster.kill(0);
      cluster.loseDisk(0);
      const before = acknowledged.length;
      await expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(before + 20);
      await cluster.startNode(0);
      enough.abort();
      await writing;
      for (const node of [0, 1, 2]) {
        const [rows] = await open(node, (node + 1) % 3).execute(sql`select id from entries order by id`);
        const stored = new Set((rows as unknown as { id: number }[]).map(({ id }) => id));
        expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
        expect(stored.size).toBeLessThanOrEqual(acknowledged.length + unknown);
      }
    },
  );

  test(
    'all killed, and begun anew by one that has its data from another, they have what was there',
    { timeout: patience },
    async () => {
      const countOf = async (node: number) =>
        (await cluster.ask(node, 'select count(*) as entries from kingbus.entries'))[0];
      await cluster.killAll();
      await cluster.bootstrap();
      // They wait for no disk here, so that the last second may be gone.
      const [first, ...others] = await Promise.all([0, 1, 2].map(countOf));
      expect(first?.['entries']).toBeGreaterThan(20);
      expect(others).toEqual([first, first]);
    },
  );

  test(
    'one that is cut off from the others is left by whoever knows the others, and an outage to whoever does not',
    { timeout: patience },
    async () => {
      const [alone, all] = [open(2), open(2, 0, 1)];
      await setUp(3);
      await increment(all, 3);
      await cluster.isolate(2, true);
      await expect.poll(async () => (await stateOf(alone)).up, { timeout: 60_000 }).toBe(false);
      const state = await stateOf(alone);
      expect('error' in state && outageOf(state.error)).toBe('not_ready');
      await expect(increment(alone, 3)).rejects.toSatisfy((error) => outageOf(error) === 'not_ready');
      await expectRefusals(2);
      await increment(all, 3);
      expect(await valueOf(all, 3)).toBe(2);
      await cluster.isolate(2, false);
      await expect.poll(async () => (await stateOf(alone)).up, { timeout: 60_000 }).toBe(true);
      await increment(alone, 3);
      expect(await valueOf(all, 3)).toBe(3);
    },
  );
});

/** A product that knows this node alone refuses what it is asked for a while, and says why in its log. */
async function expectRefusals(node: number): Promise<void> {
  const logFile = join(folder, 'refuses.log');
  const environment = productEnvironment(urlOf(node));
  const product = await startProduct('adapters/node/http.ts', environment, logFile, { until: 'listening' });
  try {
    const client = new Client(undefined, product.origin);
    const answer = await client.post('/v1/sessions', { username: 'nobody', password: 'nobody knows it' });
    expect(answer).toMatchObject(refusal(503, 'unavailable'));
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await client.get('/readyz')).status).toBe(503);
    await expect
      .poll(() => readFileSync(logFile, 'utf8'))
      .toMatch(/"outage":"not_ready".*"msg":"not ready: the database cannot do its work"/u);
  } finally {
    expect(await product.stop()).toBe(0);
  }
}

/** A lost race is run again five times; where many race for one row, that may be too few, which is an outage. */
async function untilDone(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      expect(outageOf(error)).toBe('busy');
    }
  }
}
