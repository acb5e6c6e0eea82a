import { join } from 'node:path';
import { startCaddy } from '../../local/servers/caddy.ts';
import { freePort } from '../../local/servers/ports.ts';
import type { Redis } from '../../local/servers/redis.ts';
import { ensureSigningKey } from '../../local/signing-key.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { mariadbFaults } from './catalogue/mariadb.ts';
import { nodeFaults } from './catalogue/node.ts';
import { killedAfterCommit, processFaults } from './catalogue/process.ts';
import { hintLost, killedBeforePublish, redisFaults } from './catalogue/redis.ts';
import { Closing } from './closing.ts';
import { NodeProduct } from './node-product.ts';
import { Proxy } from './proxy.ts';
import type { RestartableServer } from './restartable-server.ts';
import { publicOrigin, through } from './world.ts';
import type { Home, World, WorldOptions } from './world.ts';

export interface NodeHome {
  redis: RestartableServer<Redis>;
  /** How many chat processes. */
  chats: number;
  http: boolean;
  front: boolean;
}

/** On Node: processes, a front, and between them and their servers networks that can fail. */
export function nodeHome(home: NodeHome): Home {
  return (options) => {
    const closing = new Closing();
    return closing.orClose(() => startWorld(home, options, closing));
  };
}

async function startWorld(home: NodeHome, options: WorldOptions, closing: Closing): Promise<World> {
  const { redis, chats, front } = home;
  const { mariadb, folder, longOutages, bug, died } = options;
  const { url: databaseUrl, drop } = await createTestDatabase(mariadb.current.url);
  closing.add(drop);
  const keysDirectory = join(folder, 'keys');
  await ensureSigningKey(keysDirectory);

  const startOne = async (name: string, entry: 'adapters/node/chat.ts' | 'adapters/node/http.ts') => {
    const proxies = {
      redis: await Proxy.start(redis.current.port),
      database: await Proxy.start(mariadb.current.port),
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
      DATABASE_URL: through(databaseUrl, proxies.database),
      REDIS_URL: through(redis.current.url, proxies.redis),
    };
    const product = new NodeProduct({
      name,
      entry,
      environment,
      folder,
      bug,
      died,
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
    home.http ? startOne('http', 'adapters/node/http.ts') : undefined,
  ]);
  const caddy =
    front && http
      ? await startCaddy({
          folder: join(folder, 'caddy'),
          httpUpstream: `127.0.0.1:${http.port}`,
          chatUpstreams: chatProcesses.map(({ port }) => `127.0.0.1:${port}`),
        })
      : undefined;
  if (caddy) closing.add(() => caddy.stop());
  const products = [...chatProcesses, ...(http ? [http] : [])];
  const frontOrigins = caddy ? [`http://127.0.0.1:${caddy.port}`] : [];
  return {
    inWords: `${chats} chat processes${http ? ', one HTTP process' : ''}${caddy ? ', Caddy' : ''}`,
    faults: {
      ...processFaults(products, longOutages),
      ...nodeFaults(products, longOutages),
      ...redisFaults(redis, products, chatProcesses, longOutages),
      ...mariadbFaults(mariadb, products, longOutages),
    },
    tailFaults: {
      'process killed after its commit': killedAfterCommit(chatProcesses),
      'process killed before its publish': killedBeforePublish(chatProcesses),
      'hint lost': hintLost(chatProcesses),
    },
    proxies: products.flatMap(({ redis, database }) => [redis, database]),
    chatOrigins: [...chatProcesses.map(({ origin }) => origin), ...frontOrigins],
    httpOrigins: [...(http ? [http.origin] : []), ...frontOrigins],
    keysDirectory,
    databaseUrl,
    close: () => closing.close(),
  };
}
