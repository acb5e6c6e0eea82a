import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkout } from '../../local/folder.ts';
import { endingWithUs } from '../../local/servers/leftovers.ts';
import type { Proxy } from './proxy.ts';

export interface ProductPlan {
  /** What people call it: `chat-1`. */
  name: string;
  program: string;
  arguments: readonly string[];
  environment: Record<string, string>;
  /** Where it listens, on 127.0.0.1: the same whenever it starts. */
  port: number;
  /** For its log. */
  folder: string;
  /** Its way to MariaDB. */
  database: Proxy;
  /** It ended although nobody asked it to. */
  died: (product: Product) => void;
}

/** One process of the product that can be killed, stopped and started again, always on the same port. */
export class Product {
  readonly name: string;
  readonly port: number;
  readonly database: Proxy;
  readonly logFile: string;
  readonly #plan: ProductPlan;
  #child: ChildProcess | undefined;
  #closed = false;
  /** Resolves when the last one that was started is gone. */
  #gone: Promise<unknown> = Promise.resolve();
  /** Those that were told to end. */
  readonly #dismissed = new WeakSet<ChildProcess>();
  /** A frozen process would not hear that it ends with us. */
  readonly #thaw = () => void this.#child?.kill('SIGCONT');

  constructor(plan: ProductPlan) {
    this.#plan = plan;
    this.name = plan.name;
    this.port = plan.port;
    this.database = plan.database;
    this.logFile = join(plan.folder, `${plan.name}.log`);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, and waits until it listens. */
  async start(): Promise<void> {
    // Its port is free once the one before is gone.
    if (this.#child === undefined) await this.#gone;
    if (this.#child !== undefined || this.#closed) return;
    const { program, arguments: words, environment, died } = this.#plan;
    const child = spawn(...endingWithUs(program, words), {
      cwd: checkout,
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#gone = new Promise((resolve) => child.once('exit', resolve));
    const log = createWriteStream(this.logFile, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('exit', () => {
      log.end();
      if (this.#child === child) this.#child = undefined;
      if (!this.#dismissed.has(child) && existsSync(this.logFile)) died(this);
    });
    while (this.#child === child && !(await this.#listens())) await delay(25);
    if (this.#child !== child && !this.#dismissed.has(child))
      throw new Error(`${this.name} does not start:\n${this.lastWords()}`);
  }

  /** Ends it as a crash would. Its socket to the world dies in the same instant. */
  kill(): void {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    this.#dismissed.add(child);
    child.kill('SIGKILL');
  }

  /** Ends it for good: a fault that still has it in its hands does not start it again. */
  close(): void {
    this.#closed = true;
    this.kill();
  }

  /** Asks it to end, as a new version being deployed would. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#dismissed.add(child);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await ended;
    clearTimeout(force);
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
    process.off('exit', this.#thaw);
    process.on('exit', this.#thaw);
  }

  unpause(): void {
    process.off('exit', this.#thaw);
    this.#thaw();
  }

  /** What it said last, each line cut short. */
  lastWords(lines = 5): string {
    const all = readFileSync(this.logFile, 'utf8').trimEnd().split('\n');
    return all
      .slice(-lines)
      .map((line) => line.slice(0, 300))
      .join('\n');
  }

  async #listens(): Promise<boolean> {
    try {
      return (await fetch(`${this.origin}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }
}
