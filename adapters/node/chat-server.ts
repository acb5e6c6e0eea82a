import { once } from 'node:events';
import { upgradeWebSocket } from '@hono/node-server';
import type { Hono, MiddlewareHandler } from 'hono';
import { WebSocketServer } from 'ws';
import type { ServerOptions, WebSocket } from 'ws';
import { createChatApp } from '../../functions/chat/app.ts';
import { causeOfPeer } from '../../functions/chat/close-codes.ts';
import { Hub } from '../../functions/chat/hub.ts';
import { limits } from '../../functions/chat/limits.ts';
import { Session } from '../../functions/chat/session.ts';
import { chooseSubprotocol } from '../../functions/chat/upgrade.ts';
import type { Env } from '../../functions/http/env.ts';
import { logWith } from '../../functions/log-with.ts';
import type { Ports } from '../../functions/ports.ts';
import type { Principal } from '../../functions/identity/principal.ts';
import { createNodeSockets } from './node-sockets.ts';

/** How long a connection may take to answer the close, in milliseconds, before it is cut; less while the process stops. */
const closeTimeoutMs = 10_000;
const closeMs = 2_000;
/** Over how long a stopping process sends its connections away, so that they do not all come back at once. */
const drainSpreadMs = 2_000;

export interface ChatServerOptions {
  /** How often a silent connection is asked whether it still lives, in milliseconds; two silences end it. */
  heartbeatMs: number;
}

export interface ChatServer {
  app: Hono<Env>;
  /** For `websocket.server` of @hono/node-server. */
  webSocketServer: WebSocketServer;
  /** Sends every connection away, spread over two seconds, and resolves when they are gone. */
  drain: () => Promise<void>;
}

/** The chat of one Node process: its hub, and the Hono application that accepts sockets with `ws`. */
export function createChatServer(ports: Ports, { heartbeatMs }: ChatServerOptions): ChatServer {
  const nodeSockets = createNodeSockets();
  const hub = new Hub(ports, nodeSockets.encode);
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    closeTimeout: closeTimeoutMs,
    handleProtocols: chooseSubprotocol,
  };
  const webSocketServer = new WebSocketServer(options);
  const sockets = new Map<WebSocket, { session: Session; alive: boolean }>();
  let draining = false;

  const enter = (socket: WebSocket, admitted: Principal | undefined, requestId: string) => {
    const log = logWith(ports.log, { connectionId: ports.newId(), requestId });
    const session: Session = new Session(
      { ...ports, log },
      hub,
      nodeSockets.open(socket, () => session.due()),
    );
    const entry = { session, alive: true };
    sockets.set(socket, entry);
    socket.on('pong', () => (entry.alive = true));
    socket.on('message', (data, isBinary) => {
      if (isBinary) session.receiveBinary();
      else session.receive((data as Buffer).toString());
    });
    socket.on('close', (code) => {
      sockets.delete(socket);
      session.closed(code, causeOfPeer(code));
    });
    // `ws` closes the connection itself (a frame too large, broken UTF-8, a reset); `close` follows.
    socket.on('error', (error) => {
      const code = closeCodeOf(error);
      session.closed(code, causeOfPeer(code));
    });
    session.open(admitted);
    // Admitted just before the doors closed.
    if (draining) session.drain(0);
  };

  const accept = upgradeWebSocket((c) => {
    const { admitted, requestId } = c.var as Env['Variables'];
    return {
      onOpen(_event, { raw }) {
        const socket = raw as WebSocket;
        // The listeners that the adapter sets next would keep the request and its context, several kilobytes, for as long
        // as the socket lives.
        queueMicrotask(() => {
          for (const event of ['message', 'close', 'error']) socket.removeAllListeners(event);
          enter(socket, admitted, requestId);
        });
      },
    };
  });

  const heartbeats = setInterval(() => {
    for (const [socket, entry] of sockets) {
      if (!entry.alive) {
        entry.session.closed(1006, 'silent');
        socket.terminate();
        continue;
      }
      entry.alive = false;
      socket.ping();
    }
  }, heartbeatMs);
  const sweeps = hub.sweeper.start();
  const presence = hub.startPresence();

  return {
    app: createChatApp(accept as MiddlewareHandler, () => sockets.size >= ports.settings.chat.sockets),
    webSocketServer,
    async drain() {
      draining = true;
      clearInterval(heartbeats);
      const leaving = [...sockets.values()];
      await Promise.all(
        leaving.map(async ({ session }, index) => {
          const pause = (drainSpreadMs * index) / leaving.length;
          await new Promise((resolve) => void setTimeout(resolve, pause));
          session.drain(Math.round(Math.random() * drainSpreadMs));
        }),
      );
      sweeps.stop();
      presence.stop();
      while (sockets.size > 0) await Promise.all([...sockets.keys()].map(cutUnlessClosed));
    },
  };
}

/** With which code `ws` closes after an error: its own have one; after any other the connection is gone. */
function closeCodeOf({ code = '' }: NodeJS.ErrnoException): number {
  if (!code.startsWith('WS_ERR_')) return 1006;
  if (code === 'WS_ERR_INVALID_UTF8') return 1007;
  return code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 1009 : 1002;
}

async function cutUnlessClosed(socket: WebSocket): Promise<void> {
  const timer = setTimeout(() => socket.terminate(), closeMs);
  if (socket.readyState !== socket.CLOSED) await once(socket, 'close');
  clearTimeout(timer);
}
