import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { checkout } from '../../../local/folder.ts';
import { inheritedEnvironment } from '../../../local/inherited-environment.ts';
import { endingWithUs } from '../../../local/servers/leftovers.ts';
import type { HeldSocket } from './held-socket.ts';

export interface ProductProcess {
  readonly origin: string;
  readonly pid: number;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Everything that it printed. */
  readonly logFile: string;
  /** SIGTERM, then waits for the end. Gives the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/** How long a process may take to start, or to end, in milliseconds. */
const patience = 30_000;

/**
 * Starts one real process of the product, such as `adapters/node/http.ts`, on a free port unless one is set, and waits until it is ready.
 *
 * @param environment the settings of .env.example; nothing else named KINGBUS_ reaches the process
 * @param options.socket where it listens, if somebody holds its socket for it
 * @param options.folder another version's tree
 * @param options.until how far it has to come: one whose database is away only listens
 */
export async function startProduct(
  entry: string,
  environment: Record<string, string>,
  logFile: string,
  {
    socket,
    folder = checkout,
    until = 'ready',
  }: { socket?: HeldSocket; folder?: string; until?: 'ready' | 'listening' } = {},
): Promise<ProductProcess> {
  const command = endingWithUs(process.execPath, [entry]);
  const child = spawn(...(socket?.passedTo(command) ?? command), {
    cwd: folder,
    env: { ...inheritedEnvironment(), KINGBUS_LISTEN: '127.0.0.1:0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', socket?.fd ?? 'ignore'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  void ended.then(() => log.end());

  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), patience);
    const code = await ended;
    clearTimeout(force);
    return code;
  };
  const failed = ended.then(async (code): Promise<never> => {
    await delay(50);
    throw new Error(`${entry} ended with ${code} before it was ready:\n${readFileSync(logFile, 'utf8')}`);
  });
  const origin = await Promise.race([firstOrigin(createInterface({ input: child.stdout })), failed]);
  failed.catch(() => {});
  if (until === 'ready') await Promise.race([untilReady(origin), failed]);
  return {
    origin,
    pid: child.pid ?? 0,
    ended,
    logFile,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

/** Its database may take long to answer while much else runs. */
async function untilReady(origin: string): Promise<void> {
  for (const began = performance.now(); ;) {
    const response = await fetch(`${origin}/readyz`);
    const said = await response.text();
    if (response.ok) return;
    if (performance.now() - began > patience) throw new Error(`${origin} is not ready: ${said}`);
  }
}

/** A process says where it listens in its log; what it prints before that is no matter. */
async function firstOrigin(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const { msg, address, port } = parsed(line);
    if (msg === 'listening') return `http://${String(address)}:${String(port)}`;
  }
  // The output ended: the process did too, which says more.
  return new Promise(() => {});
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
