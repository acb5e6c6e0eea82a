import { eq, sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Database, Transaction } from '../../../db/engine/client.ts';
import { listOf, lockingStatement, number, statement } from '../../../db/engine/statement.ts';
import { transaction } from '../../../db/engine/transaction.ts';
import type { Exactly } from '../../../db/engine/write.ts';
import { insertOrder, customerOrders, lockOrderForQuote } from '../../../db/orders.ts';
import type { AccountId, OrderId } from '../../../schema/ids.ts';
import { orders } from '../../../schema/orders.ts';
import { placed } from '../../support/people/deals.ts';
import { database } from '../../support/db/run-database.ts';
import { newCustomer } from '../../support/people/people.ts';

/** Never called: that each of these lines is an error is for the compiler to say (`npm run check`). */
export async function mustNotCompile(db: Database, tx: Transaction, orderId: OrderId, accountId: AccountId) {
  // @ts-expect-error a transaction in a transaction
  await transaction(tx, async () => {});
  // @ts-expect-error a transaction that outlives its work
  await transaction(db, async (inner) => inner);
  // @ts-expect-error a lock outside of a transaction
  await lockOrderForQuote(db, orderId, '');

  const find = statement({ orderId: orders.id }, (qb, given) =>
    qb.select({ id: orders.id }).from(orders).where(eq(orders.id, given.orderId)),
  );
  // @ts-expect-error an id of another kind
  await find(db, { orderId: accountId });
  // @ts-expect-error nothing given
  await find(db, {});
  // @ts-expect-error a name misspelt
  await find(db, { order: orderId });
  // @ts-expect-error a name too many
  await find(db, { orderId, accountId });
  const findAll = statement({ ids: listOf(orders.id), limit: number }, (qb, { ids, limit }) =>
    qb
      .select({ id: orders.id })
      .from(orders)
      .where(sql`${orders.id} in ${ids}`)
      .limit(limit),
  );
  // @ts-expect-error a list of another kind
  await findAll(db, { ids: [accountId], limit: 1 });
  // @ts-expect-error a text for a number
  await findAll(db, { ids: [orderId], limit: '1' });

  const exact = <Row extends { id: string }>(row: Exactly<{ id: string }, Row>) => row;
  const spread = { id: 'x', more: 1 };
  // @ts-expect-error a property that no column takes, brought by a spread
  exact({ ...spread });
  // @ts-expect-error the same, into an order
  await insertOrder(tx, { ...spread, state: 'open' as const }, [], '');
}

describe('the types of the database', () => {
  it('let a read run in a transaction and outside of one', async () => {
    const customer = await newCustomer();
    await placed(customer);
    const given = { customerId: customer.id as AccountId, now: new Date().toISOString() };
    const wanted = { order: 'new', filters: {}, after: undefined, limit: 1 } as const;
    const outside = await customerOrders.page(database(), given, wanted);
    expect(outside).toHaveLength(1);
    expect(await transaction(database(), (tx) => customerOrders.page(tx, given, wanted))).toEqual(outside);
  });

  it('keep a lock out of a plain statement, and a forgotten parameter out of any', async () => {
    const locks = statement({ id: orders.id }, (qb, { id }) =>
      qb.select({ id: orders.id }).from(orders).where(eq(orders.id, id)).for('update'),
    );
    await expect(locks(database(), { id: 'x' as OrderId })).rejects.toThrow('lockingStatement');
    const forgets = lockingStatement({ id: orders.id }, (qb) => qb.select({ id: orders.id }).from(orders));
    await expect(transaction(database(), (tx) => forgets(tx, { id: 'x' as OrderId }))).rejects.toThrow(
      'the parameter id stands nowhere',
    );
  });
});
