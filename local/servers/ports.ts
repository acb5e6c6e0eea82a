import { connect, createServer } from 'node:net';
import { randomInt } from 'node:crypto';

// Below the range that Linux takes outgoing ports from: a port chosen here and bound a moment later is not lost to a
// connection that someone opens in between.
const lowest = 20_000;
const highest = 32_000;

/** A TCP port on 127.0.0.1 that nobody listens on now. Someone may be faster still: whoever binds it must be ready to retry. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(lowest, highest);
    if ((await whyNotFree(port, '127.0.0.1')) === undefined) return port;
  }
  throw new Error(`No free TCP port between ${lowest} and ${highest}.`);
}

/**
 * Tries to listen on a port for a moment.
 *
 * @returns undefined when it is free, else the system's code: EADDRINUSE, EACCES ...
 */
export function whyNotFree(port: number, host?: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Whether something accepts connections on a port of 127.0.0.1. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
