import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { ProductServer } from './product-server.ts';

/** How long requests under way may take to end once nothing new is taken, in milliseconds. */
const patience = 10_000;
/** How long all of it may take, what hangs included, before the process ends without it. */
const lastResort = 20_000;

export interface Run extends ProductServer {
  config: Config;
  log: Logger;
  /** Ends what does not end by itself (sockets) while requests under way still run. */
  drain?: () => Promise<void>;
  /** Closes the ports, last. */
  close: () => Promise<void>;
}

/**
 * Listens until SIGTERM or SIGINT. Then it says that it is not ready, still takes what comes for a while, so that a front
 * which only asks now and then never sends a caller into a closed door, then takes no more, lets what runs end, closes the
 * ports, and leaves.
 */
export async function runUntilSignal({ server, announceStop, config, log, drain, close }: Run): Promise<void> {
  const signalled = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  server.listen({ ...config.listen, reusePort: config.reusePort });
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  log.info({ address, port }, 'listening');

  const [signal] = await signalled;
  log.info({ signal: String(signal) }, 'stopping');
  announceStop();
  await new Promise((resolve) => void setTimeout(resolve, config.drainMs));
  setTimeout(() => {
    log.error('something did not end');
    process.exit(1);
  }, lastResort).unref();
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), patience);
  await drain?.();
  await closed;
  clearTimeout(force);
  await close();
  log.info('stopped');
}
