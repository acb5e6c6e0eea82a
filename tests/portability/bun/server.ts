import { createApp } from '../../../functions/app.ts';
import { openPorts } from './open-ports.ts';

/** As much of Bun as a server needs. Its types package would declare its globals in the whole checkout. */
declare const Bun: {
  serve(options: {
    hostname: string;
    port: number;
    idleTimeout: number;
    fetch: (request: Request, server: BunServer) => Response | Promise<Response>;
  }): BunServer;
};

interface BunServer {
  readonly hostname: string;
  readonly port: number;
  requestIP(request: Request): { address: string } | null;
  /** Takes no more, lets requests under way end, and resolves when every connection is closed. */
  stop(): Promise<void>;
}

/** The last entry is what the front saw; tests, which stand in for the front, call from addresses of their own. */
function clientAddress(request: Request, server: BunServer): string {
  const forwarded = request.headers.get('X-Forwarded-For')?.split(',').at(-1)?.trim();
  return forwarded || (server.requestIP(request)?.address ?? '');
}

// The HTTP half of the product on Bun, configured by its environment as a Node process is (.env.example).
const { ports, listen, close } = await openPorts(process.env);
const app = createApp();
const server = Bun.serve({
  ...listen,
  // Seconds. Bun's own 10 are shorter than a statement and its lock may take.
  idleTimeout: 60,
  fetch: (request, server) => app.fetch(request, { ports, address: clientAddress(request, server) }),
});
process.once('SIGTERM', () => {
  void server.stop().then(close);
});
ports.log.info({ address: server.hostname, port: server.port }, 'listening');
