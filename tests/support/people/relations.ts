import { sql } from 'drizzle-orm';
import { database } from '../db/run-database.ts';
import { placed, quoted, selected } from './deals.ts';
import { newAdmin, newCompany, newCustomer, newDriver } from './people.ts';
import type { Person } from './people.ts';

/** Everybody whom a deal may concern, or not, by how they stand to it. */
export interface Deal {
  orderId: string;
  /** Of the one who was selected, and of the one who was not. */
  quoteId: string;
  otherQuoteId: string;
  room: string;
  people: Record<Relation, Person>;
}

export const relations = [
  'owner',
  'otherCustomer',
  'pendingOperator',
  'unrelatedOperator',
  'quotingOperator',
  'selectedOperator',
  'driverOfTheCarrier',
  'admin',
] as const;

export type Relation = (typeof relations)[number];

/** A deal between a customer and an operator, for which another one quoted, too; and a driver of the selected one, who is a company. */
export async function dealOfAll(): Promise<Deal> {
  const [owner, otherCustomer, pendingOperator, unrelatedOperator, quotingOperator, selectedOperator, driver, admin] =
    await Promise.all([
      newCustomer(),
      newCustomer(),
      newDriver({ active: false }),
      newDriver(),
      newDriver(),
      newCompany(),
      newDriver(),
      newAdmin(),
    ]);
  await database().execute(
    sql`update operators set carrier_id = ${selectedOperator.id}, affiliation = 'accepted' where account_id = ${driver.id}`,
  );
  const order = await placed(owner);
  const [quote, other] = [await quoted(selectedOperator, order), await quoted(quotingOperator, order)];
  const { room } = await selected(owner, quote);
  return {
    orderId: order.id,
    quoteId: quote.id,
    otherQuoteId: other.id,
    room: room.id,
    people: {
      owner,
      otherCustomer,
      pendingOperator,
      unrelatedOperator,
      quotingOperator,
      selectedOperator,
      driverOfTheCarrier: driver,
      admin,
    },
  };
}
