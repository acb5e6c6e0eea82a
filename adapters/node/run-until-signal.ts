import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';

/** How long requests under way may take to end after a signal, in milliseconds. */
const patience = 10_000;

/** Listens until SIGTERM or SIGINT, then takes no more, lets what runs end, closes the ports, and leaves. */
export async function runUntilSignal(
  server: Server,
  listen: { host: string; port: number },
  log: Logger,
  close: () => Promise<void>,
): Promise<void> {
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  log.info({ address, port, pid: process.pid }, 'listening');

  const signal = await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  log.info({ signal: String(signal[0]) }, 'stopping');
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), patience);
  await closed;
  clearTimeout(force);
  await close();
  log.info('stopped');
}
