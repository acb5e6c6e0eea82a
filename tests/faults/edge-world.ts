import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../local/servers/ports.ts';
import { ensureSigningKey } from '../../local/signing-key.ts';
import { keysJson } from '../../local/start/edge.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { edgeFaults, roomEndedAfterCommit } from './catalogue/edge.ts';
import { killedAfterCommit, processFaults } from './catalogue/process.ts';
import { Closing } from './closing.ts';
import { buildWorker } from './edge/build.ts';
import { workerdCommand } from './edge/workerd.ts';
import { passwordCost } from './people.ts';
import { Product } from './product.ts';
import { Proxy } from './proxy.ts';
import { publicOrigin, through } from './world.ts';
import type { Home, World, WorldOptions } from './world.ts';

/**
 * `idle_transaction_timeout`, as docs/deploy-edge.md asks it of a server behind Hyperdrive, whose connections are not the
 * Worker's to set up. In milliseconds. The server here is private, and the proxy does it in its stead.
 */
const idleTransactionMs = 3_000;

/** Nothing expires here: an object knows its own connections, and ends those whose session it hears has ended. In milliseconds. */
const sessionsWithin = 5_000;
const presenceWithin = 5_000;

/** On the edge: one workerd with all Durable Objects, between its clients and MariaDB networks that can fail. */
export const edgeHome: Home = (options) => {
  const closing = new Closing();
  return closing.orClose(() => startWorld(options, closing));
};

async function startWorld(options: WorldOptions, closing: Closing): Promise<World> {
  let world: World | undefined;
  const { mariadb, longOutages, withBugs } = options;
  const folder = mkdtempSync(join(options.folder, 'edge-'));
  const building = new AbortController();
  closing.add(() => building.abort());
  const module = await buildWorker(join(folder, 'build'), withBugs, building.signal);
  const { url: databaseUrl, drop } = await createTestDatabase(mariadb.url);
  closing.add(drop);
  const keysDirectory = join(folder, 'keys');
  await ensureSigningKey(keysDirectory);

  const port = await freePort();
  const database = await Proxy.start(mariadb.ports, { forgetsAfter: idleTransactionMs });
  const clients = await Proxy.start(port);
  closing.add(
    () => database.close(),
    () => clients.close(),
  );
  const command = workerdCommand({
    folder,
    module,
    port,
    databaseUrl: through(databaseUrl, database),
    bindings: {
      KINGBUS_ENV: 'test',
      KINGBUS_PUBLIC_ORIGIN: publicOrigin,
      KINGBUS_CHAT_ACCOUNT_RATE: 'off',
      KINGBUS_CHAT_ROOM_RATE: 'off',
      KINGBUS_PASSWORD_COST: String(passwordCost),
      KINGBUS_LOG_LEVEL: 'warn',
      KINGBUS_KEYS_JSON: keysJson(keysDirectory),
    },
  });
  const worker = new Product({
    name: 'workerd',
    ...command,
    environment: {},
    port,
    folder,
    database,
    died: (product) => world?.onDeath(product),
  });
  closing.add(() => worker.close());
  await worker.start();
  const network = { name: 'clients', proxy: clients };
  const origin = `http://127.0.0.1:${clients.port}`;
  world = {
    inWords: 'one workerd',
    faults: {
      ...processFaults([worker], longOutages),
      ...mariadb.faults([worker], longOutages),
      ...edgeFaults(worker, network, longOutages),
    },
    tailFaults: {
      'process killed after its commit': killedAfterCommit([worker]),
      'room ended after its commit': roomEndedAfterCommit(worker),
    },
    proxies: [database, clients],
    chatOrigins: [origin],
    httpOrigins: [origin],
    mortals: [worker],
    sessionsWithin,
    presenceWithin,
    isWhole: () => mariadb.isWhole(),
    keysDirectory,
    databaseUrl,
    async switchOn(bug) {
      if (withBugs) await fetch(`${worker.origin}/faults/bugs/${bug || 'none'}`, { method: 'POST' });
    },
    onDeath() {},
    close: () => closing.close(),
  };
  return world;
}
