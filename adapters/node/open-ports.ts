import { appendFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { connect } from '../../db/engine/connect.ts';
import { checkReadiness } from '../../functions/health/health.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Metrics } from '../../functions/metrics.ts';
import type { Ports } from '../../functions/ports.ts';
import { createMessageLog } from '../../functions/rooms/message-log.ts';
import { createMemoryBus } from '../memory/bus.ts';
import { createNoMetrics } from '../memory/metrics.ts';
import { createMemoryLimiter } from '../memory/limiter.ts';
import { createMemoryPresence } from '../memory/presence.ts';
import { createRedisBus } from '../redis/bus.ts';
import { createRedisLimiter } from '../redis/limiter.ts';
import { createRedisPresence } from '../redis/presence.ts';
import { createPasswords } from '../shared/passwords.ts';
import type { Config } from './config.ts';
import { createMetrics, serveMetrics } from './metrics.ts';
import { readKeys } from './keys-directory.ts';

/** The ports of one Node process, and how to close them again. Without a Redis, hints stay within the process. */
export async function openPorts(config: Config, log: Logger): Promise<{ ports: Ports; close: () => Promise<void> }> {
  const { statementLog, redisUrl, passwordCost } = config;
  const db = connect(config.databaseUrl, {
    connections: config.databaseConnections,
    transactionSeconds: 3,
    ...(statementLog !== undefined && {
      observe: (sql, params) => appendFileSync(statementLog, `${JSON.stringify([sql, params])}\n`),
    }),
  });
  const clock = { now: () => Date.now() };
  const redis = redisUrl === undefined ? undefined : createRedisBus(redisUrl, log);
  const limiter = redisUrl === undefined ? undefined : createRedisLimiter(redisUrl, log);
  const presence = redisUrl === undefined ? undefined : createRedisPresence(redisUrl, log, clock);
  const bus = redis?.bus ?? createMemoryBus();
  const { metrics, close: closeMetrics } = await openMetrics(config, log);
  const ports: Ports = {
    db,
    bus,
    clock,
    log,
    metrics,
    messages: createMessageLog({ db, bus, clock, log, metrics }),
    keys: await readKeys(config.keysDirectory),
    passwords: createPasswords(passwordCost === undefined ? undefined : { ln: passwordCost, r: 8, p: 1 }),
    limiter: limiter?.limiter ?? createMemoryLimiter(),
    presence: presence?.presence ?? createMemoryPresence(clock),
    newId: createNewId(clock.now),
    settings: {
      environment: config.environment,
      publicOrigin: config.publicOrigin,
      allowedOrigins: config.allowedOrigins,
      queryBudget: config.queryBudget,
      chat: config.chat,
    },
  };
  metrics.watch('database_connections', () => ({ ...db.$client.load() }));
  metrics.watch('bus_up', () => Number(bus.healthy()));
  metrics.watch('database_up', async () => Number((await checkReadiness(ports)).ready));
  return {
    ports,
    async close() {
      closeMetrics();
      redis?.close();
      limiter?.close();
      presence?.close();
      await db.$client.close();
    },
  };
}

async function openMetrics({ metricsListen }: Config, log: Logger): Promise<{ metrics: Metrics; close: () => void }> {
  if (metricsListen === undefined) return { metrics: createNoMetrics(), close() {} };
  const { metrics, registry } = createMetrics();
  const server = await serveMetrics(registry, metricsListen, log);
  return {
    metrics,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
