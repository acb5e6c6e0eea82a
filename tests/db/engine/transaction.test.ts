import { eq, sql } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { TransactionBypassed } from '../../../db/engine/connect.ts';
import { DatabaseError } from '../../../db/engine/database-error.ts';
import { QueryBudgetExceeded, QueryLog } from '../../../db/engine/query-log.ts';
import { retryDeadlocks, RunAgain, transaction } from '../../../db/engine/transaction.ts';
import type { Sql } from '../../../db/engine/client.ts';
import { bulkInsert } from '../../../db/engine/write.ts';
import { accounts } from '../../../schema/accounts.ts';
import type { AccountId, OrderId } from '../../../schema/ids.ts';
import { orderStops } from '../../../schema/orders.ts';
import { database } from '../../support/db/run-database.ts';
import { newCustomer } from '../../support/people/people.ts';

const rename = (db: Sql, id: string, displayName: string) =>
  db
    .update(accounts)
    .set({ displayName })
    .where(eq(accounts.id, id as AccountId));

const nameOf = async (id: string) => {
  const [row] = await database()
    .select()
    .from(accounts)
    .where(eq(accounts.id, id as AccountId));
  return row?.displayName;
};

const insertStops = bulkInsert(orderStops, ['orderId', 'position', 'name', 'address', 'latitude', 'longitude']);

/** Two that each wait for the other once: both have come when both are let go. */
function meeting(): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return async () => {
    if (++arrived === 2) resolve();
    await promise;
  };
}

describe('transaction', () => {
  it('keeps all or nothing, and throws on what its work threw', async () => {
    const { id, account } = await newCustomer();
    const failing = transaction(database(), async (tx) => {
      await rename(tx, id, '바뀐 이름');
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await nameOf(id)).toBe(account.displayName);
    expect(await transaction(database(), async (tx) => (await rename(tx, id, '바뀐 이름'))[0].affectedRows)).toBe(1);
    expect(await nameOf(id)).toBe('바뀐 이름');
  });

  it('is undone where an insert of several rows failed, though its work goes on', async () => {
    const { id } = await newCustomer();
    const row = (position: number) => ({
      orderId: crypto.randomUUID() as OrderId,
      position,
      name: '서울역',
      address: '서울',
      latitude: 37.5,
      longitude: 127,
    });
    const goingOn = transaction(database(), async (tx) => {
      await rename(tx, id, '바뀐 이름');
      // Of orders that do not exist.
      await expect(insertStops(tx, [row(0), row(1)])).rejects.toThrow(DatabaseError);
    });
    await expect(goingOn).rejects.toThrow('it can only be undone');
    expect(await nameOf(id)).not.toBe('바뀐 이름');
  });

  it('runs again as often as its work asks for it, five times at most', async () => {
    const { id } = await newCustomer();
    let runs = 0;
    await transaction(database(), async (tx) => {
      await rename(tx, id, `이름 ${++runs}`);
      if (runs < 3) throw new RunAgain();
    });
    expect([runs, await nameOf(id)]).toEqual([3, '이름 3']);
    const never = transaction(database(), async () => {
      runs++;
      throw new RunAgain('for ever');
    });
    await expect(never).rejects.toThrow('for ever');
    expect(runs).toBe(8);
  });

  it('runs again what a deadlock undid, and counts only the run that stood', async () => {
    const [one, two] = await Promise.all([newCustomer(), newCustomer()]);
    const bothHoldOne = meeting();
    let attempts = 0;
    const log = new QueryLog(8);
    const crosswise = (first: string, second: string, name: string) =>
      transaction(database().$client.withLog(log), async (tx) => {
        attempts++;
        await rename(tx, first, name);
        await bothHoldOne();
        await rename(tx, second, name);
      });
    await Promise.all([crosswise(one.id, two.id, '가나'), crosswise(two.id, one.id, '다라')]);
    expect(attempts).toBe(3);
    expect(log.counted).toBe(8);
    expect(log.statements.length).toBeGreaterThan(8);
    expect(await nameOf(one.id)).toBe(await nameOf(two.id));
  });

  it('has a twin for a statement that stands for itself', async () => {
    const failed = (code: string) => new DatabaseError(Object.assign(new Error('x'), { code }));
    const deadlocked = vi.fn().mockRejectedValueOnce(failed('ER_LOCK_DEADLOCK')).mockResolvedValueOnce('done');
    expect(await retryDeadlocks(deadlocked)).toBe('done');
    expect(deadlocked).toHaveBeenCalledTimes(2);
    const [unlucky, wrong] = ['ER_LOCK_DEADLOCK', 'ER_DUP_ENTRY'].map((code) =>
      vi.fn().mockRejectedValue(failed(code)),
    );
    await expect(retryDeadlocks(unlucky as () => Promise<unknown>)).rejects.toMatchObject({ code: 'ER_LOCK_DEADLOCK' });
    await expect(retryDeadlocks(wrong as () => Promise<unknown>)).rejects.toMatchObject({ code: 'ER_DUP_ENTRY' });
    expect([unlucky?.mock.calls.length, wrong?.mock.calls.length]).toEqual([5, 1]);
  });

  it('stops at the budget before the statement runs, and leaves nothing behind', async () => {
    const { id, account } = await newCustomer();
    const log = new QueryLog(2);
    const over = transaction(database().$client.withLog(log), async (tx) => {
      await rename(tx, id, '바뀐 이름');
      await rename(tx, id, '또 바뀐 이름');
    });
    await expect(over).rejects.toMatchObject({ cause: expect.any(QueryBudgetExceeded) });
    expect(log.statements.map((each) => each.sql)).toEqual(['begin', expect.stringMatching(/^update/u), 'rollback']);
    expect(await nameOf(id)).toBe(account.displayName);
  });

  it('is not bypassed by the request that opened it, which would wait for itself', async () => {
    const db = database().$client.withLog(new QueryLog());
    const beside = transaction(db, () => db.execute(sql`select 1`));
    await expect(beside).rejects.toMatchObject({ cause: expect.any(TransactionBypassed) });
    const nested = transaction(db, () => transaction(db, async () => {}));
    await expect(nested).rejects.toBeInstanceOf(TransactionBypassed);
    // Afterwards the request goes on.
    await db.execute(sql`select 1`);
    await transaction(db, (tx) => tx.execute(sql`select 1`));
  });

  it('names what ran again and again', async () => {
    const log = new QueryLog();
    const db = database().$client.withLog(log);
    for (let time = 0; time < 3; time++) await db.execute(sql`select 1`);
    expect(log.repeated()).toEqual([{ sql: 'select 1', times: 3 }]);
    expect(log.totalMs).toBeGreaterThan(0);
  });
});
