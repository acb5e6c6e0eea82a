import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkout } from '../../local/folder.ts';
import { inheritedEnvironment } from '../../local/inherited-environment.ts';
import { endingWithUs } from '../../local/servers/leftovers.ts';
import { Caller } from './calls.ts';
import type { Memory, Usage } from './probe.ts';
import type { ProfileLine } from './profile.ts';

/** How long a process may take to start, in milliseconds. */
const patience = 20_000;

const probe = join(import.meta.dirname, 'probe.ts');

export interface MeasuredProcess {
  readonly name: string;
  /** Of 127.0.0.1; 0 where the process listens to nobody. */
  readonly port: number;
  usage(): Promise<Usage>;
  memory(): Promise<Memory>;
  /** Has V8 sample it from now on; the result of the second call is where its time went. */
  startProfile(): Promise<void>;
  stopProfile(): Promise<ProfileLine[]>;
  call: Caller['call'];
  stop(): Promise<void>;
}

export interface StartOptions {
  /** The file to run, from the checkout: `adapters/node/chat.ts`. It logs a JSON line with `msg: "listening"`. */
  entry: string;
  environment?: Record<string, string>;
  /** Where its log goes. */
  folder: string;
}

/** Starts a real process of the product, or of what it is compared with, that can be asked for its CPU time and memory. */
export async function startMeasured(name: string, options: StartOptions): Promise<MeasuredProcess> {
  const words = ['--expose-gc', '--import', probe, join(checkout, options.entry)];
  const child = spawn(...endingWithUs(process.execPath, words), {
    cwd: checkout,
    env: { ...inheritedEnvironment(), NODE_ENV: 'production', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(join(options.folder, `${name}.log`));
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const ended = once(child, 'exit');
  const late = setTimeout(() => child.kill('SIGKILL'), patience);
  const failed = ended.then(([code]): never => {
    throw new Error(`${name} ended with ${code} before it was ready:\n${readFileSync(log.path, 'utf8')}`);
  });
  const port = await Promise.race([listeningPort(child.stdout as NodeJS.ReadableStream), failed]);
  clearTimeout(late);
  failed.catch(() => {});
  const caller = new Caller(child, name, () => lastLines(log.path as string));
  return {
    name,
    port,
    usage: () => caller.call<Usage>('usage'),
    memory: () => caller.call<Memory>('memory'),
    startProfile: () => caller.call('startProfile'),
    stopProfile: () => caller.call('stopProfile'),
    call: caller.call.bind(caller),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        // Nobody measures how a process says good-bye to thousands of sockets.
        child.kill('SIGKILL');
        await ended;
      }
      log.end();
    },
  };
}

/** The end of what a process wrote. */
const lastLines = (file: string): string => readFileSync(file, 'utf8').split('\n').slice(-20).join('\n');

async function listeningPort(output: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    if (!line.includes('"listening"')) continue;
    const { msg, port } = JSON.parse(line) as { msg?: unknown; port?: number };
    if (msg === 'listening') return port ?? 0;
  }
  // The output ended: the process did too, which says more.
  return new Promise(() => {});
}
