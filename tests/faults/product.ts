import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkout } from '../../local/folder.ts';
import { endingWithUs } from '../../local/servers/leftovers.ts';
import { freePort } from '../../local/servers/ports.ts';
import type { Proxy } from './proxy.ts';

const preload = (name: string): string => join(checkout, 'tests/faults/preload', name);

export interface ProductPlan {
  /** What people call it: `chat-1`. */
  name: string;
  entry: 'adapters/node/chat.ts' | 'adapters/node/http.ts';
  environment: Record<string, string>;
  folder: string;
  redis: Proxy;
  database: Proxy;
  /** A bug to run with (preload/bug.ts). */
  bug?: string | undefined;
}

/** One process of the product that can be killed, stopped and started again, always on the same port. */
export class Product {
  readonly name: string;
  readonly port: number;
  readonly redis: Proxy;
  readonly database: Proxy;
  readonly logFile: string;
  /** A fault has it in its hands: no other fault may take it. */
  taken = false;
  readonly #plan: ProductPlan;
  readonly #clockFile: string;
  readonly #died: (product: Product) => void;
  #child: ChildProcess | undefined;
  #closed = false;
  /** Those that were told to end. */
  readonly #dismissed = new WeakSet<ChildProcess>();

  /** @param died it ended although nobody asked it to */
  static async start(plan: ProductPlan, died: (product: Product) => void): Promise<Product> {
    const product = new Product(plan, await freePort(), died);
    product.setClock(0);
    await product.start();
    return product;
  }

  private constructor(plan: ProductPlan, port: number, died: (product: Product) => void) {
    this.#plan = plan;
    this.#died = died;
    this.name = plan.name;
    this.port = port;
    this.redis = plan.redis;
    this.database = plan.database;
    this.logFile = join(plan.folder, `${plan.name}.log`);
    this.#clockFile = join(plan.folder, `${plan.name}.clock`);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get runs(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it, and waits until it listens. */
  async start(): Promise<void> {
    if (this.#child !== undefined || this.#closed) return;
    const { entry, environment, bug } = this.#plan;
    const imports = ['--import', preload('clock.ts'), ...(bug === undefined ? [] : ['--import', preload('bug.ts')])];
    const child = spawn(...endingWithUs(process.execPath, [...imports, entry]), {
      cwd: checkout,
      env: {
        PATH: process.env['PATH'],
        ...environment,
        KINGBUS_LISTEN: `127.0.0.1:${this.port}`,
        FAULTS_CLOCK: this.#clockFile,
        ...(bug !== undefined && { FAULTS_BUG: bug }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const log = createWriteStream(this.logFile, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('exit', () => {
      log.end();
      if (this.#child === child) this.#child = undefined;
      if (!this.#dismissed.has(child) && existsSync(this.logFile)) this.#died(this);
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
  }

  unpause(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Moves its clock away from the real one, in milliseconds. */
  setClock(offset: number): void {
    writeFileSync(this.#clockFile, String(offset));
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
