import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCaddy } from '../../local/servers/caddy.ts';
import { freePort } from '../../local/servers/ports.ts';
import { ensureSigningKey } from '../../local/signing-key.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { nodeFaults } from './catalogue/node.ts';
import { killedAfterCommit, processFaults } from './catalogue/process.ts';
import { hintLost, killedBeforePublish, redisFaults } from './catalogue/redis.ts';
import { Closing } from './closing.ts';
import { NodeProduct } from './node-product.ts';
import { passwordCost } from './people.ts';
import { Proxy } from './proxy.ts';
import type { FrailRedis } from './servers.ts';
import { publicOrigin, through } from './world.ts';
import type { Home, World, WorldOptions } from './world.ts';

export interface NodeHome {
  redis: FrailRedis;
  /** How many chat processes. */
  chats: number;
  front: boolean;
  /** How long a dead process's word on who is there is believed: shorter than in the product, so that it can be waited for. */
  presenceSeconds: number;
}

/** On Node: processes, a front, and between them and their servers networks that can fail. */
export function nodeHome(home: NodeHome): Home {
  return (options) => {
    const closing = new Closing();
    return closing.orClose(() => startWorld(home, options, closing));
  };
}

/** How long a connection may outlive its session: a sweep comes each second, and may take one (docs/security.md). In milliseconds. */
const sessionsWithin = 3_000;

/** A dead process's word runs out, and half as long again until others say so (docs/operations.md). In milliseconds. */
const presenceWithin = (presenceSeconds: number): number => presenceSeconds * 1_500 + 3_000;

async function startWorld(home: NodeHome, options: WorldOptions, closing: Closing): Promise<World> {
  let world: World | undefined;
  const { redis, chats, front } = home;
  const { mariadb, longOutages, withBugs } = options;
  const folder = mkdtempSync(join(options.folder, 'node-'));
  const bugFile = withBugs ? join(folder, 'bug') : undefined;
  if (bugFile) writeFileSync(bugFile, '');
  const { url: databaseUrl, drop } = await createTestDatabase(mariadb.url);
  closing.add(drop);
  const keysDirectory = join(folder, 'keys');
  await ensureSigningKey(keysDirectory);

  const startOne = async (name: string, entry: 'adapters/node/chat.ts' | 'adapters/node/http.ts') => {
    const proxies = {
      redis: await Proxy.start(redis.ports, { translates: redis.ports.length > 1 }),
      database: await Proxy.start(mariadb.ports),
    };
    closing.add(
      () => proxies.redis.close(),
      () => proxies.database.close(),
    );
    const environment = {
      KINGBUS_ENV: 'test',
      KINGBUS_PUBLIC_ORIGIN: publicOrigin,
      KINGBUS_KEYS: keysDirectory,
      KINGBUS_CHAT_ACCOUNT_RATE: 'off',
      KINGBUS_CHAT_ROOM_RATE: 'off',
      KINGBUS_PASSWORD_COST: String(passwordCost),
      KINGBUS_PRESENCE_SECONDS: String(home.presenceSeconds),
      DATABASE_URL: through(databaseUrl, proxies.database),
      REDIS_URL: redis.urlBy((port) => proxies.redis.portTo(port)),
    };
    const product = new NodeProduct({
      name,
      entry,
      environment,
      folder,
      bugFile,
      died: (product) => world?.onDeath(product),
      ...proxies,
      port: await freePort(),
    });
    closing.add(() => product.close());
    await product.start();
    return product;
  };
  const names = Array.from({ length: chats }, (_, index) => `chat-${index + 1}`);
  const [chatProcesses, http] = await Promise.all([
    Promise.all(names.map((name) => startOne(name, 'adapters/node/chat.ts'))),
    startOne('http', 'adapters/node/http.ts'),
  ]);
  const caddy = front
    ? await startCaddy({
        folder: join(folder, 'caddy'),
        httpUpstreams: [`127.0.0.1:${http.port}`],
        chatUpstreams: chatProcesses.map(({ port }) => `127.0.0.1:${port}`),
      })
    : undefined;
  if (caddy) closing.add(() => caddy.stop());
  const products = [...chatProcesses, http];
  const frontOrigins = caddy ? [`http://127.0.0.1:${caddy.port}`] : [];
  world = {
    inWords: `${chats} chat processes, one HTTP process, ${mariadb.inWords}, ${redis.inWords}${caddy ? ', Caddy' : ''}`,
    faults: {
      ...processFaults(products, longOutages),
      ...nodeFaults(products, longOutages),
      ...redisFaults(redis.nodes, products, chatProcesses, [http], longOutages),
      ...mariadb.faults(products, longOutages),
    },
    tailFaults: {
      'process killed after its commit': killedAfterCommit(chatProcesses),
      'process killed before its publish': killedBeforePublish(chatProcesses),
      'hint lost': hintLost(chatProcesses),
    },
    proxies: products.flatMap(({ redis, database }) => [redis, database]),
    chatOrigins: [...chatProcesses.map(({ origin }) => origin), ...frontOrigins],
    httpOrigins: [http.origin, ...frontOrigins],
    mortals: chatProcesses,
    sessionsWithin,
    presenceWithin: presenceWithin(home.presenceSeconds),
    isWhole: async () => (await redis.isWhole()) && (await mariadb.isWhole()),
    keysDirectory,
    databaseUrl,
    async switchOn(bug) {
      if (bugFile) writeFileSync(bugFile, bug);
    },
    onDeath() {},
    close: () => closing.close(),
  };
  return world;
}
