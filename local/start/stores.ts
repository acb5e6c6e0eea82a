import { once } from 'node:events';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import type { Cleanup } from '../command.ts';
import { Problem } from '../problem.ts';
import type { BackgroundServer } from '../servers/background.ts';
import { startMariaDb } from '../servers/mariadb.ts';
import { startRedis } from '../servers/redis.ts';

/** Starts our own MariaDB, or sees that the one that was named answers. */
export async function openDatabase(home: string, given: string | undefined, cleanup: Cleanup): Promise<string> {
  if (given !== undefined) {
    await answersOr(given, 'DATABASE_URL', async () => {
      const connection = await createConnection({ uri: given, connectTimeout: 5_000 });
      await connection.end();
    });
    return given;
  }
  const folder = join(home, 'mariadb');
  const first = await startMariaDb({ folder });
  keepRunning('MariaDB', first, () => startMariaDb({ folder, port: first.port }), cleanup);
  return first.url;
}

/** Starts our own Redis, or sees that the one that was named answers. */
export async function openRedis(home: string, given: string | undefined, cleanup: Cleanup): Promise<string> {
  if (given !== undefined) {
    await answersOr(given, 'REDIS_URL', async () => {
      const client = new Redis(given, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5_000 });
      // What connect() rejects with says only that the connection is closed.
      const refused = once(client, 'error').then(([error]) => Promise.reject(error));
      await Promise.race([refused, client.connect().catch(() => refused)]);
      client.disconnect();
    });
    return given;
  }
  const folder = join(home, 'redis');
  const first = await startRedis({ folder });
  keepRunning('Redis', first, () => startRedis({ folder, port: first.port }), cleanup);
  return first.url;
}

/** Starts a server again, on its old port, whenever it ends although nobody asked it to. */
function keepRunning(
  name: string,
  first: BackgroundServer,
  again: () => Promise<BackgroundServer>,
  cleanup: Cleanup,
): void {
  let current = first;
  let stopping = false;
  const watch = async (): Promise<void> => {
    await current.ended;
    if (stopping) return;
    console.error(`${name} ended; starting it again.`);
    current = await again();
    return watch();
  };
  let watching = watch().catch((error: unknown) => console.error(`${name} cannot be started again.`, error));
  cleanup.add(
    async () => {
      stopping = true;
      await current.stop();
      // One that was being started again at this very moment is stopped as well.
      await watching;
      await current.stop();
    },
    () => current.kill(),
  );
}

async function answersOr(url: string, variable: string, connect: () => Promise<void>): Promise<void> {
  try {
    await connect();
  } catch (error) {
    const { host } = new URL(url);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem(
      `The server at ${host} that ${variable} names cannot be used: ${reason}. Start it, or correct or unset ${variable}.`,
      { cause: error },
    );
  }
}
