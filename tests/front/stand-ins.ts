import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** What a stand-in saw of a request, as the product's processes would see it. */
export type Seen = {
  by: string;
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Length of the body in bytes. */
  bodyBytes: number;
};

export type StandIn = {
  /** host:port */
  readonly address: string;
  readonly port: number;
  /** What /readyz answers: 200, or 503 as a draining process does. */
  ready: boolean;
  /** Whether it stands still: it takes what comes and answers none of it, until it does no longer. */
  still: boolean;
  /** Takes it away as a crash does: every connection broken, the port closed. */
  crash(): Promise<void>;
};

/**
 * A real server in the place of one of our processes. It answers HTTP with what it saw of the request, as JSON, and a
 * WebSocket with the same in its first frame; every further frame it sends back.
 *
 * @param port the port to listen on: 0 takes a free one
 */
export async function startStandIn(name: string, port = 0): Promise<StandIn> {
  let still = false;
  let goOn = () => {};
  let goesOn = Promise.resolve();
  const standIn = {
    ready: true,
    get still() {
      return still;
    },
    set still(value) {
      still = value;
      if (value) goesOn = new Promise((resolve) => (goOn = resolve));
      else goOn();
    },
  };
  const server = createServer(async (request, response) => {
    await goesOn;
    if (request.url?.startsWith('/readyz') === true) {
      response.writeHead(standIn.ready ? 200 : 503).end();
      return;
    }
    let bodyBytes = 0;
    try {
      for await (const chunk of request) bodyBytes += chunk.length;
    } catch {
      // The front has broken the request off.
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(seen(name, request, bodyBytes)));
  });
  const sockets = new WebSocketServer({
    server,
    handleProtocols: (offered) => (offered.has('kingbus.v1') ? 'kingbus.v1' : false),
  });
  sockets.on('connection', (socket, request) => {
    socket.send(JSON.stringify(seen(name, request, 0)));
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on('error', () => {});
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const listening = portOf(server);
  return Object.assign(standIn, {
    address: `127.0.0.1:${listening}`,
    port: listening,
    async crash() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  });
}

function seen(
  by: string,
  request: { method?: string | undefined; url?: string | undefined; headers: IncomingHttpHeaders },
  bodyBytes: number,
): Seen {
  return { by, method: request.method ?? '', url: request.url ?? '', headers: request.headers, bodyBytes };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
