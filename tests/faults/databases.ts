import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MariaDbCluster } from '../../local/servers/mariadb-cluster.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import type { Faults } from './catalogue/fault.ts';
import { galeraFaults } from './catalogue/galera.ts';
import { linkFaults, serverFaults } from './catalogue/mariadb.ts';
import type { Product } from './product.ts';
import { RestartableServer } from './restartable-server.ts';

/** A MariaDB that may be killed: one server, or the nodes of a cluster. */
export interface FrailDatabase {
  inWords: string;
  /** Of all servers that the product has to reach. */
  ports: readonly number[];
  /** Past every proxy. */
  url: string;
  /** What may become of it, and of the ways to it. */
  faults(products: readonly Product[], longOutages: boolean): Faults;
  /** Whether everything is as it was at the start. */
  isWhole(): Promise<boolean>;
  kill(): Promise<unknown>;
}

export type DatabaseKind = 'server' | 'galera';

export const startFrailDatabase = (folder: string, kind: DatabaseKind = 'server'): Promise<FrailDatabase> =>
  ({ server: startOne, galera: startCluster })[kind](join(folder, 'mariadb'));

async function startOne(folder: string): Promise<FrailDatabase> {
  const server = await RestartableServer.start('MariaDB', (port) =>
    startMariaDb({ folder, ...(port !== undefined && { port }) }),
  );
  const { port, url } = server.current;
  return {
    inWords: 'a MariaDB',
    ports: [port],
    url,
    faults: (products, longOutages) => ({
      ...serverFaults(server, longOutages),
      ...linkFaults(products, longOutages),
    }),
    isWhole: () => Promise.resolve(true),
    kill: () => server.kill(),
  };
}

async function startCluster(folder: string): Promise<FrailDatabase> {
  const cluster = await MariaDbCluster.start({ folder, bufferPool: 128 });
  return {
    inWords: 'a MariaDB of three nodes',
    ports: cluster.ports,
    url: cluster.url,
    faults: (products, longOutages) => ({
      ...galeraFaults(cluster, longOutages),
      ...linkFaults(products, longOutages),
    }),
    isWhole: () => isWhole(cluster),
    kill: () => cluster.killAll(),
  };
}

/** Each node sees all of them, and holds the same. */
async function isWhole(cluster: MariaDbCluster): Promise<boolean> {
  const nodes = cluster.ports.map((_port, index) => index);
  const [sizes, states] = await Promise.all([
    Promise.all(nodes.map((index) => cluster.sizeSeenBy(index))),
    Promise.all(nodes.map((index) => cluster.statusOf(index))),
  ]);
  if (!sizes.every((size) => size === nodes.length) || !states.every((state) => state === 'Synced')) {
    await delay(100);
    return false;
  }
  return true;
}
