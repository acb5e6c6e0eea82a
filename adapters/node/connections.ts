import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Socket } from 'node:net';

/** How long requests under way may take to end once nothing new is taken, in milliseconds. */
const requestTimeoutMs = 10_000;
/** How often it is looked which connections may be closed, in milliseconds. */
const lookMs = 20;

/**
 * The HTTP connections of a server, to end them without losing a request. Whoever keeps an idle connection, as a front does, may
 * send a request on it at any moment, and so it is closed only after it has been idle for longer than they keep one.
 */
export class Connections {
  readonly #server: Server;
  /** Since when no request is known to have been under way; 0 while nobody wants to know. */
  readonly #idleSince = new Map<Socket, number>();
  #stopping = false;

  /** Whether an answer is to say `Connection: close`. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Looks after the connections of a server that has taken none yet. */
  constructor(server: Server) {
    this.#server = server;
    const idleSince = this.#idleSince;
    function forget(this: Socket) {
      idleSince.delete(this);
    }
    server.on('connection', (socket: Socket) => {
      idleSince.set(socket, this.#stopping ? performance.now() : 0);
      socket.on('close', forget);
    });
  }

  /** Leaves a connection alone that is a WebSocket from here on, and ends as those do. */
  letGo(socket: Socket): void {
    this.#idleSince.delete(socket);
  }

  /** From now on every answer is to say `Connection: close`. */
  announceStop(): void {
    this.#stopping = true;
    const now = performance.now();
    for (const socket of this.#idleSince.keys()) this.#idleSince.set(socket, now);
  }

  /**
   * Takes no more connections, and resolves when the last one has ended: those with a request when that is answered, idle ones when
   * they have been idle for `idleMs`, counted from `announceStop` on. What waits in the queue of a socket that somebody else holds as well (systemd)
   * stays there.
   */
  async end(idleMs: number): Promise<void> {
    const ended = once(this.#server, 'close');
    // Not `server.close()`: that ends idle connections at once, those to which a request is on its way included.
    NetServer.prototype.close.call(this.#server);
    this.#closeIdle(idleMs);
    const looks = setInterval(() => this.#closeIdle(idleMs), lookMs);
    const force = setTimeout(() => this.#server.closeAllConnections(), idleMs + requestTimeoutMs);
    await ended;
    clearInterval(looks);
    clearTimeout(force);
  }

  #closeIdle(idleMs: number): void {
    const now = performance.now();
    for (const [socket, since] of this.#idleSince) {
      // Node keeps the answer under way there, until its last byte is handed on.
      if (Reflect.get(socket, '_httpMessage')) this.#idleSince.set(socket, now);
      else if (now - since >= idleMs) socket.destroy();
    }
  }
}
