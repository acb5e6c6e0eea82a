import { Cluster, Redis } from 'ioredis';
import type { Command, RedisOptions } from 'ioredis';
import type { Log } from '../../functions/ports.ts';
import { parseRedisUrl } from './address.ts';
import type { RedisAddress } from './address.ts';
import { Canary } from './canary.ts';

/** Whatever takes commands about one key: a server, or the cluster that knows which of its servers has it. */
export type RedisClient = Redis | Cluster;

const timeouts = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  // A dead connection never says goodbye.
  disconnectTimeout: 50,
  // A server that hangs is as away as one that is gone.
  commandTimeout: 2_000,
  // Before Redis 7.2 it is refused at each connection, and says no more than the connection's name.
  disableClientInfo: true,
};

/**
 * A connection that comes back by itself: at once, then after longer and longer pauses up to a second. While it is away
 * a command fails at once rather than waiting in a queue that nobody bounds. One server that hangs counts as away after a
 * second, so that what asks it does not wait for each command to time out; a cluster replaces such a server by itself.
 */
export function openRedis(url: string, log: Log, name: string): RedisClient {
  const address = addressOf(url);
  if (address.kind === 'cluster') return openCluster(address, log, name);
  const redis = openServer(address, log, name);
  reconnectWhenSilent(redis, log, name);
  return redis;
}

function reconnectWhenSilent(redis: Redis, log: Log, name: string): void {
  const ping = () => {
    if (redis.status !== 'ready') return false;
    redis.ping().then(
      () => canary.pong(),
      () => {},
    );
    return true;
  };
  const canary = new Canary(ping, () => {
    log.warn({ redis: name }, 'Redis is silent: connecting anew');
    redis.disconnect(true);
  });
  redis.on('ready', () => canary.pong());
  redis.on('end', () => canary.stop());
}

export function addressOf(url: string): RedisAddress {
  const address = parseRedisUrl(url);
  if (address === undefined) throw new Error('REDIS_URL names no Redis');
  return address;
}

/** One server: the only one, or the one that the sentinels call the master; when they choose another, that one. */
export function openServer(
  address: Exclude<RedisAddress, { kind: 'cluster' }>,
  log: Log,
  name: string,
  options: Pick<RedisOptions, 'autoResubscribe'> = {},
): Redis {
  const all = { connectionName: `kingbus-${name}`, ...timeouts, retryStrategy: pause, ...options };
  const redis =
    address.kind === 'server'
      ? new Redis(address.url, all)
      : new Redis({
          ...all,
          ...accessOf(address),
          sentinels: address.sentinels,
          name: address.name,
          sentinelRetryStrategy: pause,
          // A master that is replaced while it still answers says nothing of it; the sentinels do.
          failoverDetector: true,
          ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
        });
  return reportOutages(redis, log, name);
}

/** The cluster, with a subscriber on each of its masters. A command to a slot that moves fails rather than overtakes. */
export function openCluster(address: Extract<RedisAddress, { kind: 'cluster' }>, log: Log, name: string): Cluster {
  const { enableOfflineQueue, ...redisOptions } = timeouts;
  const cluster = new Cluster(address.nodes, {
    redisOptions: { connectionName: `kingbus-${name}`, ...redisOptions, ...accessOf(address) },
    clusterRetryStrategy: pause,
    enableOfflineQueue,
    shardedSubscribers: true,
    maxRedirections: 1,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 0,
    slotsRefreshInterval: 2_000,
  });
  return reportOutages(cluster, log, name);
}

const pause = (attempt: number): number => Math.min(1_000, 20 * 2 ** Math.min(attempt, 6));

const accessOf = ({ username, password, tls }: Exclude<RedisAddress, { kind: 'server' }>) => ({
  ...(username && { username }),
  ...(password && { password }),
  ...(tls && { tls: {} }),
});

function reportOutages<Client extends RedisClient>(redis: Client, log: Log, name: string): Client {
  reportRefusals(redis, log, name);
  let up = true;
  redis.on('error', (error: Error & { code?: string }) => {
    // Every attempt reports; one line for each outage is enough.
    if (up) log.warn({ redis: name, reason: error.code ?? error.message }, 'Redis is away');
    up = false;
  });
  redis.on('ready', () => {
    if (!up) log.info({ redis: name }, 'Redis is back');
    up = true;
  });
  return redis;
}

/** What a Redis says that is there and refuses: WRONGPASS, NOAUTH, NOPERM, READONLY, OOM, LOADING, CLUSTERDOWN, MISCONF, … */
const refusal = /^(?<reason>[A-Z]{2,}) /u;

/** Whoever asked goes on without Redis, as while it is away; the log says why, once until the same command is taken again. */
function reportRefusals(redis: RedisClient, log: Log, name: string): void {
  const refused = new Map<string, string>();
  const send = redis.sendCommand.bind(redis) as (command: Command, ...more: unknown[]) => unknown;
  redis.sendCommand = ((command: Command, ...more: unknown[]) => {
    command.promise.then(
      () => refused.delete(command.name),
      (error: unknown) => {
        const reason = error instanceof Error ? refusal.exec(error.message)?.groups?.['reason'] : undefined;
        if (reason === undefined || refused.get(command.name) === reason) return;
        refused.set(command.name, reason);
        log.warn({ redis: name, command: command.name, reason }, 'Redis refuses');
      },
    );
    return send(command, ...more);
  }) as typeof redis.sendCommand;
}
