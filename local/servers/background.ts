import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { problemWithOutput } from '../problem.ts';
import { endingWithUs, forgetProcess, noteProcess, stopLeftover } from './leftovers.ts';

export type BackgroundOptions = {
  /** What people call it: "MariaDB". */
  name: string;
  program: string;
  arguments: string[];
  /** The server's own folder. Its output goes to server.log there, and its process is noted in process.json. */
  folder: string;
  environment?: Record<string, string>;
  /** Whether it answers its protocol yet. A rejection counts as "not yet". */
  answers: () => Promise<boolean>;
  /** How long it may take until it answers, in ms. */
  startWithin?: number;
  /** How long it may take to end by itself before it is killed, in ms. */
  stopWithin?: number;
};

export type BackgroundServer = {
  readonly pid: number;
  /** Fulfilled when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
  /** Ends it as a crash would: no warning, no cleaning up. */
  kill(): Promise<void>;
};

/** The server could not bind its port: someone else was faster. Try another port. */
export class PortTaken extends Error {}

/**
 * Starts a server that runs beside us and waits until it answers. It gets a process group of its own, so that a Ctrl-C
 * in the terminal does not reach it before those that use it.
 *
 * @throws PortTaken, or a Problem with its last lines of output
 */
export async function startInBackground(options: BackgroundOptions): Promise<BackgroundServer> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  await stopLeftover(options.folder);
  const log = join(options.folder, 'server.log');
  const output = openSync(log, 'w', 0o600);
  const child = spawn(...endingWithUs(options.program, options.arguments), {
    cwd: options.folder,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const server = new Background(child, options);
  if (child.pid !== undefined) {
    noteProcess(options.folder, child.pid, [options.program, ...options.arguments]);
  }
  if (await server.comesUp()) return server;
  await server.stop();
  const said = readFileSync(log, 'utf8');
  if (/address already in use|EADDRINUSE/i.test(said)) throw new PortTaken(`${options.name} found its port taken.`);
  throw problemWithOutput(`${options.name} did not start (its whole output is in ${log}).`, said);
}

/** Runs a start again, with another port, while the port it chose turns out to be taken. */
export async function retryTakenPort<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === 5) throw error;
    }
  }
}

class Background implements BackgroundServer {
  readonly ended: Promise<void>;
  #hasEnded = false;
  readonly #child: ChildProcess;
  readonly #options: BackgroundOptions;

  constructor(child: ChildProcess, options: BackgroundOptions) {
    this.#child = child;
    this.#options = options;
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#hasEnded = true;
        forgetProcess(options.folder);
        resolve();
      };
      child.once('exit', end);
      child.once('error', end);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async comesUp(): Promise<boolean> {
    const deadline = Date.now() + (this.#options.startWithin ?? 30_000);
    while (!this.#hasEnded && Date.now() < deadline) {
      if (await this.#options.answers().catch(() => false)) return true;
      await delay(50);
    }
    return false;
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#options.stopWithin ?? 15_000);
    await this.ended;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
