import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Ports } from '../../functions/ports.ts';
import type { Config } from './config.ts';
import type { ProductServer } from './product-server.ts';
import { blaming } from './start-fault.ts';
import { takePassedSocket } from './systemd/passed-socket.ts';
import { createServiceManager } from './systemd/service-manager.ts';
import { handleUnhandledErrors } from './unhandled-errors.ts';

/** How long all of it may take after the drain, what hangs included, before the process ends without it, in milliseconds. */
const stopTimeoutMs = 20_000;
/** As many connections as may wait until they are taken; the kernel takes `net.core.somaxconn` where that is less. */
const backlog = 4_096;

export interface Run extends ProductServer {
  environment: NodeJS.ProcessEnv;
  config: Config;
  log: Logger;
  ports: Pick<Ports, 'metrics'>;
  /** Begins no more work of its own, and resolves when what runs has ended. */
  stopWork?: () => Promise<void>;
  /** Ends what does not end by itself (sockets) while requests under way still run. */
  drain?: () => Promise<void>;
  /** Reads anew what may have changed while it runs (SIGHUP). */
  reload?: () => Promise<void>;
  /** Closes the ports, last. */
  close: () => Promise<void>;
}

/**
 * Listens, at the socket that systemd passed or else where it is configured to, until SIGTERM or SIGINT. Then it says that it is not
 * ready, still takes what comes for a while, so that a front which only asks now and then never sends a caller into a closed
 * door, then takes no more, lets what runs end, closes the ports, and leaves. An exception that nobody caught has it do the
 * same, and fail. SIGHUP has it read anew what it can, or, where a terminal went away, stop.
 */
export async function runUntilSignal(run: Run): Promise<void> {
  const { server, connections, announceStop, config, log, ports } = run;
  const systemd = createServiceManager(run.environment, log);
  const { promise: stopped, resolve: stop } = Promise.withResolvers<string>();
  // Of one that has gone away, nobody knows any more that it was one.
  const hasTerminal = process.stdout.isTTY;
  const reload = () => {
    if (hasTerminal) return stop('SIGHUP');
    log.info('reading anew what may have changed');
    void systemd
      .reloading()
      .then(run.reload)
      .catch((error: unknown) => log.error({ err: error }, 'it could not be read anew; what was read before holds'))
      .then(systemd.ready);
  };
  process.on('SIGHUP', reload);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const fd = takePassedSocket(run.environment, process.pid);
  // With a descriptor, Node takes the backlog from an argument of its own.
  if (fd === undefined) server.listen({ ...config.listen, reusePort: config.reusePort, backlog });
  else server.listen({ fd }, backlog);
  await blaming('KINGBUS_LISTEN', () => once(server, 'listening'));
  const { address, port } = server.address() as AddressInfo;
  log.info({ address, port }, 'listening');
  handleUnhandledErrors(log, ports.metrics, () => {
    process.exitCode = 1;
    stop('exception');
  });
  await systemd.ready();

  const reason = await stopped;
  // A second signal ends the process at once.
  process.off('SIGTERM', stop);
  process.off('SIGINT', stop);
  log.info({ reason }, 'stopping');
  void systemd.stopping(config.drainMs + stopTimeoutMs);
  announceStop();
  const workEnded = run.stopWork?.();
  await new Promise((resolve) => void setTimeout(resolve, config.drainMs));
  setTimeout(() => {
    log.error('something did not end');
    process.exit(1);
  }, stopTimeoutMs).unref();
  await Promise.all([connections.end(config.drainMs), run.drain?.()]);
  await workEnded;
  await run.close();
  log.info('stopped');
}
