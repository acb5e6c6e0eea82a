import { parseDatabaseUrl } from '../../db/engine/database-url.ts';
import type { Faults } from './catalogue/fault.ts';
import type { FrailDatabase } from './databases.ts';
import type { Product } from './product.ts';
import type { Proxy } from './proxy.ts';

export const publicOrigin = 'http://kingbus.test';

/** A whole installation, with everything that can go wrong in it. */
export interface World {
  /** What it consists of, in words. */
  inWords: string;
  faults: Faults;
  /** One of these goes with the last messages of each storm: their log has them, and nobody is told. */
  tailFaults: Faults;
  /** Every way that bytes take in it. */
  proxies: readonly Proxy[];
  /** Where clients go; each of them leads to the same rooms. */
  chatOrigins: string[];
  /** The first one is the product's own, without a front. */
  httpOrigins: string[];
  /** Processes that hold connections, and may be killed while nothing else happens. */
  mortals: readonly Product[];
  /** How long a connection may outlive its session once nothing is broken, in milliseconds. */
  sessionsWithin: number;
  /** How long it may take until everybody knows who is there, in milliseconds. */
  presenceWithin: number;
  /** Whether what was broken is whole again: servers that agree on something may take a while. */
  isWhole(): Promise<boolean>;
  keysDirectory: string;
  /** Past the proxies, for the checker itself. */
  databaseUrl: string;
  /** Switches a bug on, and every other one off. */
  switchOn(bug: string): Promise<void>;
  /** Is told of a process of the product that ended by itself. */
  onDeath: (product: Product) => void;
  close(): Promise<void>;
}

export interface WorldOptions {
  mariadb: FrailDatabase;
  /** A folder for logs and keys. */
  folder: string;
  /** Whether some outages last for up to 7 seconds, longer than any time-out. */
  longOutages: boolean;
  /** Whether bugs are put in (bugs.ts), for `World.switchOn`. */
  withBugs: boolean;
}

/** Starts the product as it runs in one of its homes: node-world.ts, edge-world.ts. */
export type Home = (options: WorldOptions) => Promise<World>;

/** The same servers, by way of a proxy. All ports have five digits. */
export const through = (url: string, proxy: Proxy): string => {
  const address = parseDatabaseUrl(url);
  if (address === undefined) throw new Error('the URL names no database');
  return address.hosts.reduce((text, { port }) => text.replace(`:${port}`, `:${proxy.portTo(port)}`), url);
};
