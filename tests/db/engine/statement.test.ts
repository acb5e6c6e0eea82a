import { eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { listOf, number, statement } from '../../../db/engine/statement.ts';
import { accounts } from '../../../schema/accounts.ts';
import type { AccountId, OrderId } from '../../../schema/ids.ts';
import { orderStops, orders } from '../../../schema/orders.ts';
import { placed } from '../../support/people/deals.ts';
import { database } from '../../support/db/run-database.ts';
import { newCustomer } from '../../support/people/people.ts';

describe('statement', () => {
  it('gives what Drizzle itself would give: times, lists, booleans, nulls', async () => {
    const order = await placed(await newCustomer(), { amenities: ['wifi'], driverStays: true });
    const build = (id: SQL<OrderId> | OrderId) => eq(orders.id, id);
    const own = statement({ id: orders.id }, (qb, { id }) => qb.select().from(orders).where(build(id)));
    const drizzled = await database()
      .select()
      .from(orders)
      .where(build(order.id as OrderId));
    expect(await own(database(), { id: order.id as OrderId })).toEqual(drizzled);
    expect(drizzled[0]).toMatchObject({
      departureAt: order.departureAt,
      amenities: ['wifi'],
      driverStays: true,
      weekdays: null,
    });
  });

  it('takes lists of any length, numbers for limits, and columns made of SQL', async () => {
    const customer = await newCustomer();
    const ids = [(await placed(customer)).id, (await placed(customer)).id] as OrderId[];
    const stops = statement({ ids: listOf(orderStops.orderId), limit: number }, (qb, { ids, limit }) =>
      qb
        .select({ name: orderStops.name, upper: sql<string>`upper(${orderStops.name})`.as('upper_name') })
        .from(orderStops)
        .where(sql`${orderStops.orderId} in ${ids}`)
        .orderBy(orderStops.orderId, orderStops.position)
        .limit(limit),
    );
    expect(await stops(database(), { ids, limit: 10 })).toHaveLength(4);
    expect(await stops(database(), { ids: ids.slice(0, 1), limit: 1 })).toEqual([{ name: '서울역', upper: '서울역' }]);
  });

  it('sends values as values, never as SQL', async () => {
    const byName = statement({ name: accounts.username }, (qb, { name }) =>
      qb.select({ id: accounts.id }).from(accounts).where(eq(accounts.username, name)),
    );
    for (const name of ["' or 1=1 -- ", '\\', '\u0000', '"; drop table accounts; --', '?', ':name']) {
      expect(await byName(database(), { name })).toEqual([]);
    }
    const { account } = await newCustomer();
    expect(await byName(database(), { name: account.username })).toEqual([{ id: account.id as AccountId }]);
  });

  it('runs twice at the same time with its own values each', async () => {
    const [one, two] = await Promise.all([newCustomer(), newCustomer()]);
    const nameOf = statement({ id: accounts.id }, (qb, { id }) =>
      qb.select({ username: accounts.username }).from(accounts).where(eq(accounts.id, id)),
    );
    const found = await Promise.all([one, two].map(({ id }) => nameOf(database(), { id: id as AccountId })));
    expect(found).toEqual([[{ username: one.account.username }], [{ username: two.account.username }]]);
  });
});
