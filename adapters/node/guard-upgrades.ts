import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../../functions/ports.ts';
import { endWith } from './refuse-malformed.ts';

/**
 * For `http.createServer`: only a WebSocket upgrade leaves HTTP, where there is somebody to take it; `Upgrade: foo` is answered as the
 * request it is. One with content leaves it everywhere: Node's parser keeps to itself what is wrong with that.
 */
export const shouldUpgrade =
  (taken: boolean) =>
  (request: IncomingMessage): boolean =>
    request.headers.upgrade?.toLowerCase() === 'websocket' && (taken || hasContent(request));

/**
 * Puts a guard before the listeners of `upgrade`. A socket that was handed over has no listener for errors, and a listener
 * that rejects is nobody's promise: each would end the process. A request whose address makes no URL, or that has content, is answered
 * here: Node has read none of that, and a WebSocket would take it for frames. It stays the only listener: node-server refuses an upgrade that nobody takes only where no other listener might take it.
 *
 * @param leaves is told of each socket that leaves HTTP
 */
export function guardUpgrades(server: Server, log: Log, leaves: (socket: Socket) => void = () => {}): void {
  const listeners = server.listeners('upgrade') as ((...args: [IncomingMessage, Duplex, Buffer]) => unknown)[];
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    leaves(socket);
    socket.on('error', () => socket.destroy());
    if (!URL.canParse(request.url ?? '', `http://${request.headers.host ?? ''}`) || hasContent(request)) {
      endWith(socket, 'malformed_request');
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

/** RFC 9112, section 6: what a request says of its content. */
const hasContent = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || !/^0*$/u.test(headers['content-length'] ?? '');
