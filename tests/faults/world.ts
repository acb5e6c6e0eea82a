import type { MariaDb } from '../../local/servers/mariadb.ts';
import type { Faults } from './catalogue/fault.ts';
import type { Product } from './product.ts';
import type { Proxy } from './proxy.ts';
import type { RestartableServer } from './restartable-server.ts';

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
  httpOrigins: string[];
  keysDirectory: string;
  /** Past the proxies, for the checker itself. */
  databaseUrl: string;
  close(): Promise<void>;
}

export interface WorldOptions {
  mariadb: RestartableServer<MariaDb>;
  /** A folder for logs and keys. */
  folder: string;
  /** Whether some outages last for up to 7 seconds, longer than any time-out. */
  longOutages: boolean;
  /** A bug to run with, by its name in bugs.ts. */
  bug?: string | undefined;
  /** A process of the product ended by itself. */
  died: (product: Product) => void;
}

/** Starts the product as it runs in one of its homes: node-world.ts, edge-world.ts. */
export type Home = (options: WorldOptions) => Promise<World>;

/** The same server, by way of a proxy. */
export const through = (url: string, proxy: Proxy): string =>
  Object.assign(new URL(url), { port: String(proxy.port) }).href;
