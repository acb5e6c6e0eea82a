import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startInBackground } from '../../../local/servers/background.ts';
import type { BackgroundServer } from '../../../local/servers/background.ts';
import { freePort } from '../../../local/servers/ports.ts';
import { program } from '../../../local/tools/tools.ts';
import { testSettings } from './settings.ts';

const password = 'several';
const protectedBy = [`requirepass ${password}`, `masterauth ${password}`, 'save ""'];

/** Several Redis servers for one test file. `stop` ends what still runs. */
export class ManyRedis {
  readonly #folder: string;
  readonly #servers: BackgroundServer[] = [];

  constructor(folder = mkdtempSync(join(testSettings().runFolder, 'redis-'))) {
    this.#folder = folder;
  }

  /** Starts one with these lines of redis.conf; on a port where it was before, with what it has written there since. */
  async start(port: number, settings: string[], role: 'server' | 'sentinel' = 'server'): Promise<BackgroundServer> {
    const folder = join(this.#folder, String(port));
    const file = join(folder, 'redis.conf');
    mkdirSync(folder, { recursive: true });
    if (!existsSync(file))
      writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', 'set-proc-title no', ...settings, ''].join('\n'));
    const server = await startInBackground({
      name: `Redis ${port}`,
      program: program('redis-server', 'valkey-server'),
      arguments: role === 'sentinel' ? [file, '--sentinel'] : [file],
      folder,
      answers: () => ask(port, role, async (redis) => (await redis.ping()) === 'PONG'),
    });
    this.#servers.push(server);
    return server;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Where one of them is, with its password. */
export const urlOfOne = (port: number): string => `redis://:${password}@127.0.0.1:${port}`;

/** A cluster of three masters, each with a third of the slots. */
export async function startCluster(redis: ManyRedis) {
  const ports = [await freePort(), await freePort(), await freePort()];
  const busPorts = [await freePort(), await freePort(), await freePort()];
  const start = (index: number) =>
    redis.start(ports[index] as number, [
      ...protectedBy,
      'cluster-enabled yes',
      'cluster-node-timeout 3000',
      // Unless told, it is the port and 10,000: not ours to take.
      `cluster-port ${busPorts[index]}`,
    ]);
  const servers = await Promise.all([start(0), start(1), start(2)]);
  const ends = [0, 5461, 10_923, 16_384];
  for (const [index, port] of ports.entries()) {
    await ask(port, 'server', async (node) => {
      await node.cluster('ADDSLOTSRANGE', ends[index] as number, (ends[index + 1] as number) - 1);
      for (const other of ports)
        if (other !== port) await node.cluster('MEET', '127.0.0.1', other, busPorts[ports.indexOf(other)] as number);
    });
  }
  const isWhole = async (): Promise<boolean> => {
    const states = ports.map((port) => ask(port, 'server', (node) => node.cluster('INFO')));
    return (await Promise.all(states)).every((state) => state.includes('cluster_state:ok'));
  };
  while (!(await isWhole())) await delay(50);
  return {
    url: `redis+cluster://:${password}@${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    ports,
    servers,
    start,
    isWhole,
    /** Ends one of them as a crash would, and starts it again, as the node that it was. */
    async restart(index: number): Promise<void> {
      await servers[index]?.kill();
      servers[index] = await start(index);
    },
  };
}

/** A master, a replica, and a sentinel that makes the replica a master half a second after the first one died. */
export async function startSentinel(redis: ManyRedis) {
  const [first, second, sentinel] = [await freePort(), await freePort(), await freePort()];
  const starts = [
    () => redis.start(first, protectedBy),
    () => redis.start(second, [...protectedBy, `replicaof 127.0.0.1 ${first}`]),
  ];
  const servers = [await starts[0]?.(), await starts[1]?.()] as BackgroundServer[];
  /** One of them is the master, and the other one follows it. */
  const isWhole = async (): Promise<boolean> => {
    const infos = [first, second].map((port) => ask(port, 'server', (node) => node.info('replication')));
    const states = await Promise.all(infos);
    return (
      states.some((each) => each.includes('role:master')) &&
      states.some((each) => each.includes('master_link_status:up'))
    );
  };
  while (!(await isWhole())) await delay(50);
  const monitored = [
    `monitor mymaster 127.0.0.1 ${first} 1`,
    `auth-pass mymaster ${password}`,
    'down-after-milliseconds mymaster 500',
    'failover-timeout mymaster 2000',
  ].map((line) => `sentinel ${line}`);
  await redis.start(sentinel, monitored, 'sentinel');
  while (
    !((await ask(sentinel, 'sentinel', (node) => node.call('SENTINEL', 'REPLICAS', 'mymaster'))) as unknown[]).length
  ) {
    await delay(50);
  }
  return {
    url: `redis+sentinel://:${password}@127.0.0.1:${sentinel}?name=mymaster`,
    ports: [first, second],
    sentinel,
    servers,
    start: (index: number) => (starts[index] as (typeof starts)[number])(),
    isWhole,
    /** Not always the first one: a sentinel on a busy machine may have taken it for dead before. */
    async killMaster(): Promise<void> {
      while (!(await isWhole())) await delay(50);
      const address = await ask(sentinel, 'sentinel', (node) =>
        node.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster'),
      );
      const master = [first, second].indexOf(Number((address as string[])[1]));
      await servers[master]?.kill();
    },
  };
}

/** Asks one server something, over a connection of its own. */
async function ask<Answer>(
  port: number,
  role: 'server' | 'sentinel',
  question: (redis: Redis) => Promise<Answer>,
): Promise<Answer> {
  const redis = new Redis(port, '127.0.0.1', {
    ...(role === 'server' && { password }),
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
