import { appendFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { checkReadiness } from '../../functions/health/health.ts';
import type { Metrics } from '../../functions/metrics.ts';
import type { Pictures, Ports } from '../../functions/ports.ts';
import { createNoMetrics } from '../memory/metrics.ts';
import { createMemoryPorts } from '../memory/ports.ts';
import { createRedisPorts } from '../redis/ports.ts';
import { composePorts } from '../shared/compose-ports.ts';
import { createNodePasswords } from './node-passwords.ts';
import { createNodePictures, defaultWorkFolder } from './node-pictures.ts';
import { WorkFolder } from './work-folder.ts';
import { systemClock } from '../shared/system-clock.ts';
import type { Config } from './config.ts';
import { createMetrics, serveMetrics } from './metrics.ts';
import { openDatabase } from './open-database.ts';
import { openKeys } from './open-keys.ts';
import { openFiles } from './open-files.ts';
import { openNotifier } from './open-notifier.ts';
import { blaming } from './start-fault.ts';
import { readVersion } from './version.ts';

export interface OpenPorts {
  ports: Ports;
  /** Reads anew what may have changed: the keys. */
  reload: () => Promise<void>;
  close: () => Promise<void>;
}

/** The ports of one Node process, and how to close them again. Without a Redis, hints stay within the process. */
export async function openPorts(config: Config, log: Logger): Promise<OpenPorts> {
  const { statementLog, redisUrl } = config;
  log.info({ ...readVersion(), node: process.versions.node }, 'starting');
  const db = openDatabase(config.database, {
    connections: config.databaseConnections,
    lockAndIdleTimeoutSeconds: 3,
    ...(statementLog !== undefined && {
      observe: (sql, params) => appendFileSync(statementLog, `${JSON.stringify([sql, params])}\n`),
    }),
  });
  const { metrics, close: closeMetrics } = await openMetrics(config, log);
  const tracing = await openTracing(config, log);
  const common = { clock: systemClock, log, metrics, tracer: tracing?.tracer };
  const shared = { ...common, presenceMs: config.settings.chat.presenceMs };
  const keys = await openKeys(config.keysDirectory, { strict: config.settings.environment === 'production' }, log);
  const redis = redisUrl === undefined ? undefined : createRedisPorts(redisUrl, shared);
  const { settings } = config;
  const { notifier, close: closeNotifier } = await openNotifier(config.notices, { ...common, db, settings });
  const ports = composePorts({
    ...common,
    ...(redis?.ports ?? createMemoryPorts(shared)),
    db,
    files: await blaming('KINGBUS_FILES', () => openFiles(config.files, log)),
    pictures: await openPictures(),
    keys: keys.keys,
    passwords: createNodePasswords(config.passwordCost),
    settings,
    notifier,
  });
  metrics.watch('database_connections', () => ({ ...db.$client.load() }));
  metrics.watch('bus_up', () => Number(ports.bus.healthy()));
  metrics.watch('database_up', async () => Number((await checkReadiness(ports)).ready));
  return {
    ports,
    reload: keys.reload,
    async close() {
      closeMetrics();
      keys.close();
      await ports.delivery.settled();
      closeNotifier();
      redis?.close();
      await db.$client.close();
      await tracing?.close();
    },
  };
}

/** What a process left that was killed over a picture goes first. */
async function openPictures(): Promise<Pictures> {
  const folder = new WorkFolder(defaultWorkFolder());
  await folder.sweep();
  return createNodePictures(folder);
}

/** Tracing is loaded where it is on: elsewhere none of its modules is. */
async function openTracing({ tracing }: Config, log: Logger) {
  if (tracing === undefined) return undefined;
  const { openTracer } = await import('./tracing/open-tracer.ts');
  return openTracer(tracing, `kingbus-${String(log.bindings()['name'])}`, log);
}

async function openMetrics({ metricsListen }: Config, log: Logger): Promise<{ metrics: Metrics; close: () => void }> {
  if (metricsListen === undefined) return { metrics: createNoMetrics(), close() {} };
  const { metrics, registry } = createMetrics();
  const server = await blaming('KINGBUS_METRICS_LISTEN', () => serveMetrics(registry, metricsListen, log));
  return {
    metrics,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
