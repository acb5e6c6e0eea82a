import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis as RedisClient } from 'ioredis';
import { program } from '../tools/tools.ts';
import { type BackgroundServer, retryTakenPort, startInBackground } from './background.ts';
import { stopLeftover } from './leftovers.ts';
import { freePort } from './ports.ts';
import { secretIn } from './secret.ts';

export type Redis = BackgroundServer & {
  readonly port: number;
  /** redis://:…@127.0.0.1:port */
  readonly url: string;
};

export type RedisOptions = {
  /** Where its settings, log and password lie. Made if need be. */
  folder: string;
  /** A free one, if none is given. */
  port?: number;
};

/** Starts a private Redis on 127.0.0.1. It keeps nothing on disk: MariaDB is the truth, and Redis carries hints. */
export async function startRedis(options: RedisOptions): Promise<Redis> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await stopLeftover(folder);
  const password = secretIn(join(folder, 'password'));
  return retryTakenPort(async () => {
    const port = options.port ?? (await freePort());
    const url = `redis://:${password}@127.0.0.1:${port}`;
    const file = join(folder, 'redis.conf');
    writeFileSync(file, settings(port, password), { mode: 0o600 });
    const server = await startInBackground({
      name: 'Redis',
      program: program('redis-server', 'valkey-server'),
      arguments: [file],
      folder,
      answers: () => answers(url),
    });
    return Object.assign(server, { port, url });
  });
}

function settings(port: number, password: string): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${password}`,
    'save ""',
    'appendonly no',
    'daemonize no',
    'loglevel notice',
    // Its own process title would hide the path by which a later start recognises this server as ours.
    'set-proc-title no',
    '',
  ].join('\n');
}

async function answers(url: string): Promise<boolean> {
  const client = new RedisClient(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  // Without a listener each refused connection would be printed.
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}
