import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createAdaptorServer, getRequestListener, RequestError } from '@hono/node-server';
import type { HttpBindings, WebSocketServerLike } from '@hono/node-server';
import type { WebSocketServer } from 'ws';
import { bareProblem } from '../../functions/http/bare-problem.ts';
import type { BareProblem } from '../../functions/http/bare-problem.ts';
import type { Bindings } from '../../functions/http/env.ts';
import type { Log, Ports } from '../../functions/ports.ts';
import { clientAddress, isForwarded } from './client-address.ts';
import type { Config } from './config.ts';
import { Connections } from './connections.ts';
import { guardUpgrades, shouldUpgrade } from './guard-upgrades.ts';
import { readToEnd } from './read-to-end.ts';
import { refuseMalformed } from './refuse-malformed.ts';

export interface ProductServerOptions {
  fetch: (request: Request, bindings: Bindings) => Response | Promise<Response>;
  ports: Ports;
  config: Config;
  log: Log;
  /** Where sockets are accepted; without one, an upgrade request is a request like any other. */
  webSocketServer?: WebSocketServer;
  /** How long a request may take to arrive, in milliseconds. */
  requestTimeoutMs?: number;
}

/**
 * Longer than a front lets a body take, two minutes at the most: the front gives up first, which knows whose fault it is, and never
 * sends into a connection that we have closed.
 */
export const defaultRequestTimeoutMs = 150_000;

export interface ProductServer {
  server: Server;
  connections: Connections;
  /** From now on `/readyz` answers 503, and no connection is kept for a next request. */
  announceStop: () => void;
}

/** A Node server for a Hono application: hands in the ports and the client's address with each request. */
export function createProductServer({
  fetch,
  ports,
  config,
  log,
  webSocketServer,
  requestTimeoutMs = defaultRequestTimeoutMs,
}: ProductServerOptions): ProductServer {
  let stopping = false;
  const handle: Parameters<typeof getRequestListener>[0] = (request, env) => {
    const { incoming, outgoing } = env as HttpBindings;
    const address = clientAddress(incoming, config.trustedProxies);
    // The adapter's own entries stay: it recognises its upgrades by them.
    const answer = fetch(request, Object.assign(env, { ports, address, stopping }));
    if (!bringsBody(incoming)) return answer;
    return afterRequest(answer, incoming, outgoing, isForwarded(incoming, config.trustedProxies));
  };
  const listener = getRequestListener(handle, {
    // Light requests and responses: an answer that nobody touched after it was made costs a third.
    overrideGlobalObjects: true,
    errorHandler(error) {
      // Its address makes no URL, or it names no host.
      if (error instanceof RequestError) return responseOf(bareProblem('malformed_request', 'en'));
      log.error({ err: error }, 'a request was not answered');
      return responseOf(bareProblem('internal', 'en'));
    },
  });
  const server = createAdaptorServer({
    fetch: handle,
    // With a listener of our own: the adapter's takes no `errorHandler`.
    createServer: ((options: ServerOptions) => createServer(options, listener)) as typeof createServer,
    serverOptions: {
      // Refused as any other request that makes no sense.
      requireHostHeader: false,
      headersTimeout: Math.min(10_000, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: requestTimeoutMs / 5,
      // Longer than a front keeps an idle connection, so that the front closes first and never sends into a closed one.
      keepAliveTimeout: 65_000,
      shouldUpgradeCallback: shouldUpgrade(webSocketServer !== undefined),
    },
    ...(webSocketServer && { websocket: { server: webSocketServer as WebSocketServerLike } }),
  }) as Server;
  refuseMalformed(server);
  const connections = new Connections(server);
  guardUpgrades(server, log, (socket) => connections.letGo(socket));
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (stopping) response.shouldKeepAlive = false;
  });
  return {
    server,
    connections,
    announceStop() {
      stopping = true;
      connections.announceStop();
    },
  };
}

/** Of any method: one that only reads may bring a body too, which means nothing (RFC 9110, section 9.3.1), and is read like any other. */
const bringsBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** The answer, when the request has been read or its bound is reached. */
async function afterRequest(
  answer: Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  viaFront: boolean,
): Promise<Response> {
  const response = await answer;
  if (!incoming.complete) await readToEnd(incoming, viaFront);
  if (!incoming.complete) outgoing.shouldKeepAlive = false;
  return response;
}

const responseOf = ({ status, headers, body }: BareProblem): Response => new Response(body, { status, headers });
