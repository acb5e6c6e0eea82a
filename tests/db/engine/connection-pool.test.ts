import { queryObjects } from 'node:v8';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { Database, Transaction } from '../../../db/engine/client.ts';
import { connect } from '../../../db/engine/connect.ts';
import type { ConnectOptions } from '../../../db/engine/connect-options.ts';
import { isOutage, isTimeout } from '../../../db/engine/database-error.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import { Proxy } from '../../faults/proxy.ts';
import { newCustomer } from '../../support/people/people.ts';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** A database behind a network that can fail. */
async function throughProxy(options: Partial<ConnectOptions> = {}): Promise<{ db: Database; proxy: Proxy }> {
  const url = new URL(inject('databaseUrl'));
  const proxy = await Proxy.start(Number(url.port));
  const db = connect(Object.assign(url, { port: String(proxy.port) }).href, { connections: 3, ...options });
  opened.push(
    () => proxy.close(),
    () => db.$client.close(),
  );
  return { db, proxy };
}

const lock = (tx: Transaction, id: string) => tx.execute(sql`select id from accounts where id = ${id} for update`);

describe('connection pool', () => {
  it('gives a connection up that went silent, and with it the others that were open', async () => {
    const { db, proxy } = await throughProxy({ statementTimeoutMs: 300 });
    await Promise.all([1, 2, 3].map(() => db.execute(sql`select sleep(0.05)`)));
    for (const link of proxy.links) link.die();
    await expect(db.execute(sql`select 1`)).rejects.toSatisfy(isTimeout);
    // Either of the two others would be overdue too.
    await Promise.all([1, 2, 3].map(() => db.execute(sql`select 1`)));
  });

  it('knows how many connections are in use, and who waits, whatever becomes of them', async () => {
    const { db, proxy } = await throughProxy({ statementTimeoutMs: 300 });
    const running = Array.from({ length: 5 }, () => db.execute(sql`select sleep(0.1)`));
    await expect.poll(() => db.$client.load()).toEqual({ busy: 3, waiting: 2 });
    await Promise.all(running);
    await transaction(db, async (tx) => {
      await tx.execute(sql`select 1`);
      expect(db.$client.load()).toEqual({ busy: 1, waiting: 0 });
    });
    await expect(db.execute(sql`no statement`)).rejects.toThrow('Failed query');
    for (const link of proxy.links) link.die();
    await expect(db.execute(sql`select 1`)).rejects.toSatisfy(isTimeout);
    expect(db.$client.load()).toEqual({ busy: 0, waiting: 0 });
  });

  it.each(['one host', 'a cluster'])('keeps nothing of those who have waited for one, of %s', async (kind) => {
    const url = new URL(inject('databaseUrl'));
    const hosts = kind === 'a cluster' ? `${url.host},${url.host}` : url.host;
    const db = connect(url.href.replace(url.host, hosts), { connections: 1 });
    opened.push(() => db.$client.close());
    const ask = (count: number) => Promise.all(Array.from({ length: count }, () => db.execute(sql`select 1`)));
    const promises = (): number => queryObjects(Promise, { format: 'count' });
    await ask(300);
    const before = promises();
    await ask(300);
    // Each that waited would have left several.
    expect(promises() - before).toBeLessThan(100);
  });

  it('lets nobody wait for a connection for ever: in time it is an outage', async () => {
    const { db } = await throughProxy({ connections: 1, acquireTimeoutMs: 100 });
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const holding = transaction(db, async () => {
      begin();
      await held;
    });
    await begun;
    const late = await Promise.allSettled([db.execute(sql`select 1`), transaction(db, async () => {})]);
    expect(late.map((each) => each.status === 'rejected' && isOutage(each.reason))).toEqual([true, true]);
    letGo();
    await holding;
    // The connection that came too late for them is there for the next.
    await db.execute(sql`select 1`);
    expect(db.$client.load()).toEqual({ busy: 0, waiting: 0 });
  });

  it('throws what went wrong in a transaction whose connection went silent, and does not wait for its rollback', async () => {
    const { db, proxy } = await throughProxy({ statementTimeoutMs: 300 });
    const failing = transaction(db, async (tx) => {
      for (const link of proxy.links) link.die();
      await tx.execute(sql`select 1`);
    });
    await expect(failing).rejects.toSatisfy(isTimeout);
    await transaction(db, (tx) => tx.execute(sql`select 1`));
  });

  it('a transaction whose process vanished holds its locks only for a while', async () => {
    const { id } = await newCustomer();
    const [vanishing, other] = await Promise.all([
      throughProxy({ lockAndIdleTimeoutSeconds: 1, statementTimeoutMs: 500 }),
      throughProxy({ lockAndIdleTimeoutSeconds: 1 }),
    ]);
    const lost = transaction(vanishing.db, async (tx) => {
      await lock(tx, id);
      for (const link of vanishing.proxy.links) link.die();
      await tx.execute(sql`select 1`);
    });
    await expect(lost).rejects.toSatisfy(isTimeout);
    await transaction(other.db, (tx) => lock(tx, id));
  });
});

describe('connections that do not linger', () => {
  const open = (proxy: Proxy) => proxy.links.size;

  it('end when nobody has used one for a while, and open anew for whoever asks', async () => {
    const { db, proxy } = await throughProxy({ idleTimeoutMs: 50 });
    await Promise.all([1, 2, 3].map(() => db.execute(sql`select sleep(0.1)`)));
    await expect.poll(() => open(proxy)).toBe(0);
    await db.execute(sql`select 1`);
    expect(open(proxy)).toBe(1);
    await expect.poll(() => open(proxy)).toBe(0);
  });

  it('end at once when the pool retires; what still runs, or comes later, ends its own', async () => {
    const { db, proxy } = await throughProxy();
    await db.execute(sql`select 1`);
    const running = db.execute(sql`select sleep(0.2)`);
    await db.$client.closeWhenIdle();
    expect(open(proxy)).toBe(1);
    await running;
    await expect.poll(() => open(proxy)).toBe(0);
    await transaction(db, (tx) => tx.execute(sql`select 1`));
    await expect.poll(() => open(proxy)).toBe(0);
  });

  it('a closed pool opens none', async () => {
    const { db, proxy } = await throughProxy();
    await db.$client.close();
    await expect(db.execute(sql`select 1`)).rejects.toThrow('Failed query');
    expect(open(proxy)).toBe(0);
  });
});
