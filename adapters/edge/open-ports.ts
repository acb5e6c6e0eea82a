import { connect } from '../../db/connect.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Ports } from '../../functions/ports.ts';
import { createMessageLog } from '../../functions/rooms/message-log.ts';
import { createNoMetrics } from '../memory/metrics.ts';
import { createMemoryPresence } from '../memory/presence.ts';
import { countOver } from '../redis/limiter.ts';
import { presenceOver } from '../redis/presence.ts';
import { createKeys } from '../shared/keys.ts';
import { countWith } from '../shared/limiter.ts';
import { createPasswords } from '../shared/passwords.ts';
import { createEdgeBus, createSilentBus } from './bus.ts';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { createIsolateCounters } from './limiter.ts';
import { createLog } from './log.ts';
import { RequestRedis } from './redis.ts';

/** What the requests of one isolate share: everything that holds no socket. */
export type Isolate = Config &
  Pick<Ports, 'keys' | 'passwords' | 'clock' | 'newId' | 'log'> & {
    counters: ReturnType<typeof createIsolateCounters>;
  };

/** @throws Error that names the binding which is missing or wrong */
export async function openIsolate(env: object): Promise<Isolate> {
  const config = readConfig(env);
  const { passwordCost } = config;
  const clock = { now: () => Date.now() };
  return {
    ...config,
    keys: await createKeys(config.privateKeys),
    passwords: createPasswords(passwordCost === undefined ? undefined : { ln: passwordCost, r: 8, p: 1 }),
    counters: createIsolateCounters(),
    clock,
    newId: createNewId(clock.now),
    log: createLog(config.logLevel),
  };
}

/**
 * The ports of one request. The database connects at its first statement, to Hyperdrive, which keeps the real
 * connections; one is enough, because a request's statements follow each other. `close` gives everything back and never
 * rejects.
 */
export function openPorts(isolate: Isolate): { ports: Ports; close: () => Promise<void> } {
  const { databaseUrl, redisUrl, keys, passwords, counters, clock, newId, log, settings } = isolate;
  const db = connect(databaseUrl, { connections: 1, disableEval: true });
  const redis = redisUrl === undefined ? undefined : new RequestRedis(redisUrl, log);
  const { bus, flush } = redis ? createEdgeBus(redis, log) : { bus: createSilentBus(), flush: async () => {} };
  const limiter = redis ? countOver(() => redis.connection, counters) : countWith(counters);
  const presence = redis ? presenceOver(() => redis.connection, clock) : createMemoryPresence(clock);
  const metrics = createNoMetrics();
  const messages = createMessageLog({ db, bus, clock, log, metrics });
  return {
    ports: { db, bus, messages, keys, passwords, limiter, presence, clock, log, metrics, settings, newId },
    async close() {
      await flush();
      redis?.close();
      await db.$client.close().catch((error: unknown) => log.warn({ err: error }, 'a connection did not end well'));
    },
  };
}
