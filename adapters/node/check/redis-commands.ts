import type { RedisClient } from '../../redis/connection.ts';

/** Tries one command, on a key that nobody else has. */
type Attempt = (redis: RedisClient, key: string) => Promise<unknown>;

/**
 * Every command that the product gives a Redis, those of its scripts and of its driver too, by its name in an access list. A user that
 * may these, and no more, may what it needs: deploy/redis/kingbus.acl has the same ones.
 */
const ofEach = {
  ping: (redis) => redis.ping(),
  info: (redis) => redis.info('server'),
  'client|setname': (redis) => redis.client('SETNAME', 'kingbus-check'),
  time: (redis) => redis.time(),
  eval: (redis, key) => redis.eval('return 1', 1, key),
  // There is no such script, which only who may run one is told.
  evalsha: (redis, key) => redis.evalsha('0'.repeat(40), 1, key).catch(unlessRefused(/^NOSCRIPT /u)),
  set: (redis, key) => redis.set(key, '1', 'PX', 10_000),
  mget: (redis, key) => redis.mget([key]),
  incrby: (redis, key) => redis.incrby(key, 1),
  pttl: (redis, key) => redis.pttl(key),
  del: (redis, key) => redis.del(key),
  zadd: (redis, key) => redis.zadd(key, 1, 'check'),
  pexpire: (redis, key) => redis.pexpire(key, 10_000),
  zcount: (redis, key) => redis.zcount(key, 0, '+inf'),
  zrevrange: (redis, key) => redis.zrevrange(key, 0, 0, 'WITHSCORES'),
  zrem: (redis, key) => redis.zrem(key, 'check'),
  zremrangebyscore: (redis, key) => redis.zremrangebyscore(key, '-inf', 0),
} as const satisfies Record<string, Attempt>;

/** Last: a connection that is subscribed takes nothing else. */
const ofOneServer = {
  publish: (redis, key) => redis.publish(key, ''),
  subscribe: (redis, key) => redis.subscribe(key),
  unsubscribe: (redis, key) => redis.unsubscribe(key),
} as const satisfies Record<string, Attempt>;

const ofCluster = {
  spublish: (redis, key) => redis.spublish(key, ''),
  ssubscribe: (redis, key) => redis.ssubscribe(key),
  sunsubscribe: (redis, key) => redis.sunsubscribe(key),
} as const satisfies Record<string, Attempt>;

/** What is tried at one server, or at a cluster, in its order. */
export const redisCommands = ({ isCluster }: { isCluster: boolean }): [name: string, attempt: Attempt][] =>
  Object.entries<Attempt>({ ...ofEach, ...(isCluster ? ofCluster : ofOneServer) });

const unlessRefused = (other: RegExp) => (error: unknown) => {
  if (!(error instanceof Error && other.test(error.message))) throw error;
};
