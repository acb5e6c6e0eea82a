import type { OutageKind } from '../../../db/engine/outage-kinds.ts';
import { product } from './breakable-database.ts';
import type { BreakableDatabase } from './breakable-database.ts';

/** A state of MariaDB in which it refuses what it is asked, by nobody's fault who asks. */
export interface DatabaseState {
  name: string;
  kind: OutageKind;
  enter(database: BreakableDatabase): Promise<unknown>;
  leave(database: BreakableDatabase): Promise<unknown>;
  /** What is only read is answered as ever. */
  reads: boolean;
  /** `/readyz` does not see it: nothing but a write would. */
  ready?: true;
}

/** Statements that change the user of the product, after which it has to come again. */
const changed =
  (...statements: string[]) =>
  async (database: BreakableDatabase) => {
    await database.admin(...statements);
    await database.cutProduct();
  };

/** Gives the product's user the password of its URL back. */
const asItWas = (database: BreakableDatabase) =>
  changed(`alter user ${product} identified by '${new URL(database.url).password}'`)(database);

/** Every state that a running server can be brought into, and out of again; the first ones are what every run tries in each home. */
export const databaseStates: DatabaseState[] = [
  {
    name: 'the password was rotated',
    kind: 'access',
    enter: changed(`alter user ${product} identified by 'another'`),
    leave: asItWas,
    reads: false,
  },
  {
    name: 'it is read-only',
    kind: 'read_only',
    enter: (database) => database.admin('set global read_only = 1'),
    leave: (database) => database.admin('set global read_only = 0'),
    reads: true,
  },
  {
    name: 'the user is locked',
    kind: 'access',
    enter: changed(`alter user ${product} account lock`),
    leave: changed(`alter user ${product} account unlock`),
    reads: false,
  },
  {
    name: 'its password has expired',
    kind: 'access',
    enter: changed(`alter user ${product} password expire`),
    leave: asItWas,
    reads: false,
  },
  {
    name: 'its rights were taken',
    kind: 'access',
    enter: changed(`revoke all privileges on \`kingbus%\`.* from ${product}`),
    leave: changed(`grant all privileges on \`kingbus%\`.* to ${product}`),
    reads: false,
  },
  {
    name: 'TLS is asked for, which the product was not told',
    kind: 'access',
    enter: changed(`alter user ${product} require ssl`),
    leave: changed(`alter user ${product} require none`),
    reads: false,
  },
  {
    name: 'its disk is full',
    kind: 'full',
    enter: (database) => database.fill(),
    leave: (database) => database.grow(),
    reads: true,
    ready: true,
  },
  {
    name: 'it is away',
    kind: 'unreachable',
    enter: (database) => database.goAway(),
    leave: (database) => database.comeBack(),
    reads: false,
  },
  {
    name: 'the user has no connection left',
    kind: 'busy',
    enter: (database) => database.crowd(),
    leave: (database) => database.uncrowd(),
    reads: false,
  },
];
