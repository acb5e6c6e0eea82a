import { join } from 'node:path';
import type { BackgroundServer } from '../../local/servers/background.ts';
import { startRedis } from '../../local/servers/redis.ts';
import { ManyRedis, startCluster, startSentinel, urlOfOne } from '../support/servers/many-redis.ts';
import { RestartableServer } from './restartable-server.ts';

/** One Redis server that may be killed. */
export type RedisNode = RestartableServer<BackgroundServer & { port: number; url: string }>;

/** A Redis that may be killed: one server, or several that are one. */
export interface FrailRedis {
  inWords: string;
  /** Those that may be killed. */
  nodes: readonly RedisNode[];
  /** Of all servers that the product has to reach. */
  ports: readonly number[];
  /** REDIS_URL, where a server's port is reached by another. */
  urlBy(portTo: (port: number) => number): string;
  /** Whether everything is as it was at the start. */
  isWhole(): Promise<boolean>;
  kill(): Promise<unknown>;
}

export type RedisKind = 'server' | 'cluster' | 'sentinel';

export const startFrailRedis = (folder: string, kind: RedisKind = 'server'): Promise<FrailRedis> =>
  ({ server: startOne, cluster: startMany, sentinel: startReplicated })[kind](join(folder, 'redis'));

async function startOne(folder: string): Promise<FrailRedis> {
  const node = await RestartableServer.start('Redis', (port) =>
    startRedis({ folder, ...(port !== undefined && { port }) }),
  );
  const { port, url } = node.current;
  return {
    inWords: 'a Redis',
    nodes: [node],
    ports: [port],
    urlBy: (portTo) => Object.assign(new URL(url), { port: String(portTo(port)) }).href,
    isWhole: () => Promise.resolve(true),
    kill: () => node.kill(),
  };
}

async function startMany(folder: string): Promise<FrailRedis> {
  const cluster = await startCluster(new ManyRedis(folder));
  const nodes = await nodesOf(cluster);
  return {
    inWords: 'a Redis cluster of three',
    nodes,
    ports: cluster.ports,
    urlBy: (portTo) => withPorts(cluster.url, cluster.ports, portTo),
    isWhole: cluster.isWhole,
    kill: () => Promise.all(nodes.map((node) => node.kill())),
  };
}

async function startReplicated(folder: string): Promise<FrailRedis> {
  const redis = new ManyRedis(folder);
  const sentinel = await startSentinel(redis);
  return {
    inWords: 'a Redis with a replica and a sentinel',
    nodes: await nodesOf(sentinel),
    ports: [sentinel.sentinel, ...sentinel.ports],
    urlBy: (portTo) => withPorts(sentinel.url, [sentinel.sentinel], portTo),
    isWhole: sentinel.isWhole,
    kill: () => redis.stop(),
  };
}

/** Servers that run, as nodes that can be started again where they were. */
const nodesOf = ({
  ports,
  servers,
  start,
}: {
  ports: readonly number[];
  servers: readonly BackgroundServer[];
  start(index: number): Promise<BackgroundServer>;
}) =>
  Promise.all(
    ports.map((port, index) => {
      const at = (server: BackgroundServer | undefined) =>
        Object.assign(server as BackgroundServer, { port, url: urlOfOne(port) });
      return RestartableServer.start(`Redis ${index + 1}`, async (again) =>
        at(again === undefined ? servers[index] : await start(index)),
      );
    }),
  );

const withPorts = (url: string, ports: readonly number[], portTo: (port: number) => number): string =>
  ports.reduce((text, port) => text.replace(`:${port}`, `:${portTo(port)}`), url);
