import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Ports } from '../../functions/ports.ts';
import type { Config } from './config.ts';
import type { ProductServer } from './product-server.ts';
import { handleUnhandledErrors } from './unhandled-errors.ts';

/** How long requests under way may take to end once nothing new is taken, in milliseconds. */
const requestTimeoutMs = 10_000;
/** How long all of it may take, what hangs included, before the process ends without it, in milliseconds. */
const stopTimeoutMs = 20_000;

export interface Run extends ProductServer {
  config: Config;
  log: Logger;
  ports: Pick<Ports, 'metrics'>;
  /** Ends what does not end by itself (sockets) while requests under way still run. */
  drain?: () => Promise<void>;
  /** Closes the ports, last. */
  close: () => Promise<void>;
}

/**
 * Listens until SIGTERM or SIGINT. Then it says that it is not ready, still takes what comes for a while, so that a front
 * which only asks now and then never sends a caller into a closed door, then takes no more, lets what runs end, closes the
 * ports, and leaves. An exception that nobody caught has it do the same, and fail.
 */
export async function runUntilSignal({ server, announceStop, config, log, ports, drain, close }: Run): Promise<void> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<string>();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  server.listen({ ...config.listen, reusePort: config.reusePort });
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  log.info({ address, port }, 'listening');
  handleUnhandledErrors(log, ports.metrics, () => {
    process.exitCode = 1;
    stop('exception');
  });

  const reason = await stopped;
  // A second signal ends the process at once.
  process.off('SIGTERM', stop);
  process.off('SIGINT', stop);
  log.info({ reason }, 'stopping');
  announceStop();
  await new Promise((resolve) => void setTimeout(resolve, config.drainMs));
  setTimeout(() => {
    log.error('something did not end');
    process.exit(1);
  }, stopTimeoutMs).unref();
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), requestTimeoutMs);
  await drain?.();
  await closed;
  clearTimeout(force);
  await close();
  log.info('stopped');
}
