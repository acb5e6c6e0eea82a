import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../../functions/ports.ts';
import { rawProblem } from './refuse-malformed.ts';

/** For `http.createServer`: only a WebSocket upgrade leaves HTTP; `Upgrade: foo` is answered as the request it is. */
export const shouldUpgradeCallback = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/**
 * Puts a guard before the listeners of `upgrade`. A socket that was handed over has no listener for errors, and a listener
 * that rejects is nobody's promise: each would end the process. A request whose address makes no URL is answered here. It stays the
 * only listener: node-server refuses an upgrade that nobody takes only where no other listener might take it.
 *
 * @param leaves is told of each socket that leaves HTTP
 */
export function guardUpgrades(server: Server, log: Log, leaves: (socket: Socket) => void = () => {}): void {
  const listeners = server.listeners('upgrade') as ((...args: [IncomingMessage, Duplex, Buffer]) => unknown)[];
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    leaves(socket);
    socket.on('error', () => socket.destroy());
    if (!URL.canParse(request.url ?? '', `http://${request.headers.host ?? ''}`)) {
      socket.end(rawProblem('malformed_request'));
      return;
    }
    for (const listener of listeners) {
      Promise.try(listener, request, socket, head).catch((error: unknown) => {
        log.error({ err: error }, 'an upgrade failed');
        socket.destroy();
      });
    }
  });
}
