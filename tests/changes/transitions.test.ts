import { eq } from 'drizzle-orm';
import type { MySqlColumn, MySqlTable } from 'drizzle-orm/mysql-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { moveAffiliation } from '../../db/affiliations.ts';
import type { AffiliationState } from '../../db/affiliations.ts';
import { moveAccount, moveOperator } from '../../db/accounts.ts';
import type { AccountState } from '../../db/accounts.ts';
import { moveDocument } from '../../db/documents.ts';
import type { DocumentState } from '../../db/documents.ts';
import type { Transaction } from '../../db/engine/client.ts';
import type { Moved } from '../../db/engine/move.ts';
import { transaction } from '../../db/engine/transaction.ts';
import { moveOrder } from '../../db/orders.ts';
import type { OrderState } from '../../db/orders.ts';
import { moveQuote } from '../../db/quotes.ts';
import type { QuoteState } from '../../db/quotes.ts';
import { moveVehicle } from '../../db/vehicles.ts';
import type { VehicleState } from '../../db/vehicles.ts';
import { stateTables } from '../../functions/changes/state-tables.ts';
import type { StateTable } from '../../functions/changes/state-tables.ts';
import type { Transition } from '../../functions/changes/transition.ts';
import { problems } from '../../functions/http/problems.ts';
import { accounts } from '../../schema/accounts.ts';
import type { DocumentId, OrderId, QuoteId, VehicleId } from '../../schema/ids.ts';
import { documents } from '../../schema/documents.ts';
import { operators } from '../../schema/operators.ts';
import { orders } from '../../schema/orders.ts';
import { quotes } from '../../schema/quotes.ts';
import { vehicles } from '../../schema/vehicles.ts';
import { placed, quoted } from '../support/people/deals.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { handedIn } from '../support/people/documents.ts';
import { added } from '../support/people/vehicles.ts';
import type { Person } from '../support/people/people.ts';

/** How the things of a table are made and moved. */
interface Thing {
  table: MySqlTable;
  /** The columns of its id and of its state, by the names that rows have them under. */
  id?: string;
  state?: string;
  /** Makes one. */
  make: () => Promise<string>;
  move: (tx: Transaction, id: string, step: Transition<string>, at: string) => Promise<Moved<string> | undefined>;
}

const stateOf = ({ state = 'state' }: Thing): string => state;
const idOf = ({ table, id = 'id' }: Thing): MySqlColumn =>
  (table as unknown as Record<string, MySqlColumn>)[id] as MySqlColumn;

const past = new Date(Date.now() - 60_000).toISOString();
const future = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString();

describe('the tables of states', () => {
  let customer: Person;
  let driver: Person;
  beforeAll(async () => {
    [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  });

  const things: Record<keyof typeof stateTables, Thing> = {
    order: {
      table: orders,
      make: async () => (await placed(customer)).id,
      move: (tx, id, step, at) => moveOrder(tx, id as OrderId, step as Transition<OrderState>, at),
    },
    quote: {
      table: quotes,
      make: async () => (await quoted(driver, await placed(customer))).id,
      move: (tx, id, step, at) => moveQuote(tx, id as QuoteId, step as Transition<QuoteState>, at),
    },
    vehicle: {
      table: vehicles,
      make: async () => (await added(driver)).id,
      move: (tx, id, step, at) =>
        moveVehicle(tx, id as VehicleId, step as Transition<VehicleState>, at) as Promise<Moved<string> | undefined>,
    },
    document: {
      table: documents,
      make: async () => (await handedIn(await newDriver())).id,
      move: (tx, id, step, at) => moveDocument(tx, id as DocumentId, step as Transition<DocumentState>, at),
    },
    operator: {
      table: accounts,
      make: async () => (await newDriver({ active: false })).id,
      move: (tx, id, step, at) => moveOperator(tx, id, step as Transition<AccountState>, at),
    },
    affiliation: {
      table: operators,
      id: 'accountId',
      state: 'affiliation',
      make: async () => (await newDriver({ active: false })).id,
      move: (tx, id, step, at) => moveAffiliation(tx, id, step as Transition<AffiliationState>, at),
    },
    account: {
      table: accounts,
      make: async () => (await newCustomer()).id,
      move: (tx, id, step, at) => moveAccount(tx, id, step as Transition<AccountState>, at),
    },
  };

  /** One of these in a state; an order that is to expire has left. */
  async function inState(thing: Thing, state: string, step: Transition<string>): Promise<string> {
    const { table, make } = thing;
    const id = await make();
    const left = table === orders && { departureAt: step.to === 'expired' ? past : future };
    await database()
      .update(table)
      .set({ [stateOf(thing)]: state, ...left })
      .where(eq(idOf(thing), id));
    return id;
  }
  const rowOf = async (thing: Thing, id: string) =>
    (
      await database()
        .select()
        .from(thing.table)
        .where(eq(idOf(thing), id))
    )[0];
  const tryStep = ({ move }: Thing, id: string, step: Transition<string>) =>
    transaction(database(), (tx) => move(tx, id, step, new Date().toISOString()));

  const walk = Object.entries<StateTable>(stateTables).flatMap(([name, { states, transitions }]) =>
    Object.entries(transitions).flatMap(([stepName, step]) =>
      states.map((state) => ({ name, stepName, step, state, thing: things[name as keyof typeof things] })),
    ),
  );
  const allowed = walk.filter(({ step, state }) => step.from.includes(state));
  const forbidden = walk.filter(({ step, state }) => !step.from.includes(state));

  it.each(allowed)('$name: $stepName moves what is $state, once', async ({ thing, step, state }) => {
    const id = await inState(thing, state, step);
    expect(await tryStep(thing, id, step)).toBe('moved');
    const row = await rowOf(thing, id);
    expect(row?.[stateOf(thing)]).toBe(step.to);
    if (step.stamp !== undefined) expect(row?.[step.stamp]).toEqual(expect.any(String));
    expect(await tryStep(thing, id, step)).toEqual({ state: step.to });
    expect(await rowOf(thing, id)).toEqual(row);
  });

  it.each(forbidden)('$name: $stepName leaves what is $state', async ({ thing, step, state }) => {
    const id = await inState(thing, state, step);
    const before = await rowOf(thing, id);
    expect(await tryStep(thing, id, step)).toEqual({ state });
    expect(await rowOf(thing, id)).toEqual(before);
  });

  it.each(allowed)('$name: of two that $stepName what is $state at once, one does', async ({ thing, step, state }) => {
    const id = await inState(thing, state, step);
    const outcomes = await Promise.all([tryStep(thing, id, step), tryStep(thing, id, step)]);
    expect(outcomes.filter((each) => each === 'moved')).toHaveLength(1);
    expect(outcomes).toContainEqual({ state: step.to });
  });

  it.each(walk.filter(({ state, step }) => state === step.from[0]))(
    '$name: $stepName finds nothing where nothing is, and refuses with a problem of 403 or 409',
    async ({ thing, step }) => {
      expect(await tryStep(thing, crypto.randomUUID(), step)).toBeUndefined();
      expect([403, 409]).toContain(problems[step.otherwise][0]);
    },
  );

  it('an order that is open expires only when its departure has passed, and is selected only before', async () => {
    const { expire, select } = stateTables.order.transitions;
    const ahead = await inState(things.order, 'open', select);
    expect(await tryStep(things.order, ahead, expire)).toEqual({ state: 'open' });
    const left = await inState(things.order, 'open', expire);
    expect(await tryStep(things.order, left, select)).toEqual({ state: 'expired' });
  });

  it('a quote for an order that has left is selected no more: it has expired', async () => {
    const order = await placed(customer);
    const { id } = await quoted(driver, order);
    await database()
      .update(orders)
      .set({ departureAt: past })
      .where(eq(orders.id, order.id as OrderId));
    expect(await tryStep(things.quote, id, stateTables.quote.transitions.select)).toEqual({ state: 'expired' });
  });
});
