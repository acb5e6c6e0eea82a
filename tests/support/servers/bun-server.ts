import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { checkout } from '../../../local/folder.ts';
import { endingWithUs } from '../../../local/servers/leftovers.ts';
import { bunProgram } from './bun-program.ts';

export interface BunServer {
  readonly origin: string;
  /** SIGTERM, then waits for the end. Rejects unless it ended by itself, and well. */
  stop(): Promise<void>;
}

/** Neither an .env file of the checkout nor a package from elsewhere may come in. */
const words = ['--no-env-file', '--no-install', 'tests/portability/bun/server.ts'];

/**
 * Starts the HTTP half on Bun, on a free port, and waits until it is ready.
 *
 * @param environment the settings of a Node process under test
 * @param logFile takes everything that it prints
 */
export async function startOnBun(environment: Record<string, string>, logFile: string): Promise<BunServer> {
  const log = { file: logFile, append: true };
  const running = execa(...endingWithUs(bunProgram(), words), {
    cwd: checkout,
    env: { ...environment, KINGBUS_LISTEN: '127.0.0.1:0' },
    stdin: 'ignore',
    stdout: ['pipe', log],
    stderr: ['pipe', log],
    forceKillAfterDelay: 30_000,
  });
  // It prints nothing before it listens. Should it end first, the error has what it printed.
  const [line] = (await Promise.race([once(createInterface(running.stdout), 'line'), running])) as [string];
  const { address, port } = JSON.parse(line) as { address: string; port: number };
  const origin = `http://${address}:${port}`;
  const response = await fetch(`${origin}/readyz`);
  if (!response.ok) throw new Error(`the server on Bun is not ready: ${await response.text()}`);
  return {
    origin,
    async stop() {
      running.kill();
      await running;
    },
  };
}
