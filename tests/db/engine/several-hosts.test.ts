import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../../db/engine/client.ts';
import { connect } from '../../../db/engine/connect.ts';
import type { ConnectOptions } from '../../../db/engine/connect-options.ts';
import { isTimeout, outageOf } from '../../../db/engine/database-error.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import { commit, trap } from '../../faults/catalogue/fault.ts';
import { Proxy } from '../../faults/proxy.ts';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** A database that has two addresses: one server, and two ways to it that can fail each by itself. */
async function twoWays(options: Partial<ConnectOptions> = {}) {
  const url = new URL(inject('databaseUrl'));
  const first = await Proxy.start(Number(url.port));
  const second = await Proxy.start(Number(url.port));
  const hosts = [first, second].map(({ port }) => `127.0.0.1:${port}`).join(',');
  const db = connect(`mysql://${url.username}:${url.password}@${hosts}${url.pathname}`, {
    connections: 3,
    probeMs: 20,
    ...options,
  });
  opened.push(
    () => first.close().catch(() => {}),
    () => second.close(),
    () => db.$client.close(),
  );
  return { db, first, second };
}

const ask = (db: Database) => db.execute(sql`select 1`);

/** Cuts the way on which a statement comes by. */
const cutAt = (proxy: Proxy, text: RegExp) =>
  trap(proxy, { direction: 'up', text }, (link) => {
    link.cut();
    return 'swallow';
  });

describe('a database of several hosts', () => {
  it('is asked at the first one', async () => {
    const { db, first, second } = await twoWays();
    await Promise.all([ask(db), ask(db), ask(db)]);
    expect([first.links.size, second.links.size]).toEqual([3, 0]);
  });

  it('is asked at the next one where the first does not answer, and at the first again as soon as it does', async () => {
    const { db, first, second } = await twoWays({ statementTimeoutMs: 300 });
    await ask(db);
    first.hold();
    await expect(ask(db)).rejects.toSatisfy(isTimeout);
    await Promise.all([ask(db), ask(db)]);
    expect(second.links.size).toBe(2);
    first.release();
    await expect.poll(() => second.links.size).toBe(0);
    await ask(db);
    expect(second.links.size).toBe(0);
  });

  it('is asked at the next one where nobody listens at the first', async () => {
    const { db, first, second } = await twoWays();
    await first.close();
    await ask(db);
    expect(second.links.size).toBe(1);
  });

  it('is asked once more for what was read where the connection broke', async () => {
    const { db, first, second } = await twoWays();
    const cut = cutAt(first, /select 'read'/u);
    const [rows] = await db.execute(sql`select 'read' as it`);
    expect(rows).toEqual([{ it: 'read' }]);
    await cut;
    expect(second.links.size).toBe(1);
  });

  it('is not asked once more for what may have been written', async () => {
    const { db, first } = await twoWays();
    const cut = cutAt(first, /^.{5}do sleep/su);
    await expect(db.execute(sql`do sleep(0)`)).rejects.toSatisfy((error) => outageOf(error) === 'unreachable');
    await cut;
  });

  it('does a transaction again whose connection broke before the commit', async () => {
    const { db, first, second } = await twoWays();
    const cut = cutAt(first, /select 'work'/u);
    let runs = 0;
    await transaction(db, async (tx) => {
      runs++;
      await tx.execute(sql`select 'work'`);
    });
    await cut;
    expect([runs, second.links.size]).toEqual([2, 1]);
  });

  it('does not do a transaction again whose commit nobody answered', async () => {
    const { db, first } = await twoWays();
    const cut = trap(first, commit, (link) => {
      link.cut();
      return 'swallow';
    });
    let runs = 0;
    const outcome = transaction(db, async (tx) => {
      runs++;
      await tx.execute(sql`select 1`);
    });
    await expect(outcome).rejects.toSatisfy((error) => outageOf(error) === 'unreachable');
    await cut;
    expect(runs).toBe(1);
  });

  it('is an outage where none answers, and works again as soon as one does', async () => {
    const { db, first, second } = await twoWays({ statementTimeoutMs: 200 });
    await ask(db);
    first.hold();
    second.hold();
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(ask(db)).rejects.toSatisfy((error) => outageOf(error) !== undefined);
    }
    second.release();
    await ask(db);
    first.release();
  });

  it('lets whoever waits for a connection go to the next one when the first fails', async () => {
    const { db, first, second } = await twoWays({ connections: 1, statementTimeoutMs: 300 });
    await ask(db);
    first.hold();
    const [silent, waiting] = await Promise.allSettled([ask(db), ask(db)]);
    expect([silent.status, waiting.status]).toEqual(['rejected', 'fulfilled']);
    expect(second.links.size).toBe(1);
    first.release();
  });
});
