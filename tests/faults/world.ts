import { join } from 'node:path';
import { startCaddy } from '../../local/servers/caddy.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import type { MariaDb } from '../../local/servers/mariadb.ts';
import { startRedis } from '../../local/servers/redis.ts';
import type { Redis } from '../../local/servers/redis.ts';
import { ensureSigningKey } from '../../local/signing-key.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { Product } from './product.ts';
import { Proxy } from './proxy.ts';
import { RestartableServer } from './restartable-server.ts';

export const publicOrigin = 'http://kingbus.test';

export interface Servers {
  redis: RestartableServer<Redis>;
  mariadb: RestartableServer<MariaDb>;
  close(): Promise<void>;
}

/** A MariaDB and a Redis that may be killed. */
export async function startServers(folder: string): Promise<Servers> {
  const [mariadb, redis] = await Promise.all([
    RestartableServer.start((port) =>
      startMariaDb({ folder: join(folder, 'mariadb'), ...(port !== undefined && { port }) }),
    ),
    RestartableServer.start((port) =>
      startRedis({ folder: join(folder, 'redis'), ...(port !== undefined && { port }) }),
    ),
  ]);
  return {
    redis,
    mariadb,
    async close() {
      await Promise.all([mariadb.kill(), redis.kill()]);
    },
  };
}

export interface World {
  redis: RestartableServer<Redis>;
  mariadb: RestartableServer<MariaDb>;
  chats: Product[];
  /** Everything that is a process of the product. */
  products: Product[];
  /** Where clients go: the front, where there is one, and every chat process. */
  chatOrigins: string[];
  httpOrigins: string[];
  keysDirectory: string;
  /** Past the proxies, for the checker itself. */
  databaseUrl: string;
  longOutages: boolean;
  close(): Promise<void>;
}

export interface WorldOptions {
  servers: Servers;
  folder: string;
  longOutages: boolean;
  chats: number;
  http: boolean;
  front: boolean;
  bug?: string | undefined;
  /** A process of the product ended by itself. */
  died: (product: Product) => void;
}

/** Starts a whole installation of its own: processes, a front, and between them and their servers networks that can fail. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { servers, folder, chats, front, bug, died } = options;
  const { redis, mariadb } = servers;
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const each of closing.splice(0).toReversed()) {
      try {
        await each();
      } catch {
        // It is gone already, or its server is: the folder goes with everything in it.
      }
    }
  };
  try {
    const { url: databaseUrl, drop } = await createTestDatabase(mariadb.current.url);
    closing.push(drop);
    const keysDirectory = join(folder, 'keys');
    await ensureSigningKey(keysDirectory);

    const startOne = async (name: string, entry: 'adapters/node/chat.ts' | 'adapters/node/http.ts') => {
      const proxies = {
        redis: await Proxy.start(redis.current.port),
        database: await Proxy.start(mariadb.current.port),
      };
      closing.push(
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
      const product = await Product.start({ name, entry, environment, folder, ...proxies, bug }, died);
      closing.push(() => product.close());
      return product;
    };
    const names = Array.from({ length: chats }, (_, index) => `chat-${index + 1}`);
    const [chatProcesses, http] = await Promise.all([
      Promise.all(names.map((name) => startOne(name, 'adapters/node/chat.ts'))),
      options.http ? startOne('http', 'adapters/node/http.ts') : undefined,
    ]);
    const caddy =
      front && http
        ? await startCaddy({
            folder: join(folder, 'caddy'),
            httpUpstream: `127.0.0.1:${http.port}`,
            chatUpstreams: chatProcesses.map(({ port }) => `127.0.0.1:${port}`),
          })
        : undefined;
    if (caddy) closing.push(() => caddy.stop());
    const frontOrigins = caddy ? [`http://127.0.0.1:${caddy.port}`] : [];
    return {
      redis,
      mariadb,
      chats: chatProcesses,
      products: [...chatProcesses, ...(http ? [http] : [])],
      chatOrigins: [...chatProcesses.map(({ origin }) => origin), ...frontOrigins],
      httpOrigins: [...(http ? [http.origin] : []), ...frontOrigins],
      keysDirectory,
      databaseUrl,
      longOutages: options.longOutages,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const through = (url: string, proxy: Proxy): string => Object.assign(new URL(url), { port: String(proxy.port) }).href;
