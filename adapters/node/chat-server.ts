import { once } from 'node:events';
import { upgradeWebSocket } from '@hono/node-server';
import type { Hono, MiddlewareHandler } from 'hono';
import { WebSocketServer } from 'ws';
import type { ServerOptions, WebSocket } from 'ws';
import { createChatApp } from '../../functions/chat/app.ts';
import { Hub } from '../../functions/chat/hub.ts';
import { limits } from '../../functions/chat/limits.ts';
import { Session } from '../../functions/chat/session.ts';
import { chooseSubprotocol } from '../../functions/chat/upgrade.ts';
import type { Env } from '../../functions/http/env.ts';
import type { Ports } from '../../functions/ports.ts';
import { createNodeSockets } from './node-sockets.ts';

/** How long a connection may take to answer the close, in milliseconds, before it is cut; less while the process stops. */
const closeTimeoutMs = 10_000;
const closeMs = 2_000;
/** Over how long a stopping process sends its connections away, so that they do not all come back at once. */
const farewellMs = 2_000;

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

  const accept = upgradeWebSocket((c) => {
    const admitted = (c.var as Env['Variables']).admitted;
    let session: Session;
    let socket: WebSocket;
    return {
      onOpen(_event, { raw }) {
        socket = raw as WebSocket;
        session = new Session(ports, hub, nodeSockets.open(socket));
        const entry = { session, alive: true };
        sockets.set(socket, entry);
        socket.on('pong', () => (entry.alive = true));
        // `ws` answers pings by itself: whoever sends them and reads nothing fills the buffer as well.
        socket.on('ping', () => void session.congested());
        session.open(admitted);
      },
      onMessage({ data }) {
        if (typeof data === 'string') session.receive(data);
        else session.receiveBinary();
      },
      onClose() {
        sockets.delete(socket);
        session.closed();
      },
      onError() {
        // `ws` closes the connection itself (a frame too large, broken UTF-8, a reset); `onClose` follows.
      },
    };
  });

  const heartbeats = setInterval(() => {
    for (const [socket, entry] of sockets) {
      if (!entry.alive) {
        socket.terminate();
        continue;
      }
      entry.alive = false;
      socket.ping();
    }
  }, heartbeatMs);
  const sweeps = hub.startSweeping();
  const keeping = hub.attendance.startKeeping();

  return {
    app: createChatApp(accept as MiddlewareHandler, () => sockets.size >= ports.settings.chat.sockets),
    webSocketServer,
    async drain() {
      clearInterval(heartbeats);
      const leaving = [...sockets.values()];
      await Promise.all(
        leaving.map(async ({ session }, index) => {
          const pause = (farewellMs * index) / leaving.length;
          await new Promise((resolve) => void setTimeout(resolve, pause));
          session.leave(Math.round(Math.random() * farewellMs));
        }),
      );
      sweeps.stop();
      keeping.stop();
      await Promise.all([...sockets.keys()].map(cutUnlessClosed));
    },
  };
}

async function cutUnlessClosed(socket: WebSocket): Promise<void> {
  const timer = setTimeout(() => socket.terminate(), closeMs);
  if (socket.readyState !== socket.CLOSED) await once(socket, 'close');
  clearTimeout(timer);
}
