import type { PoolConnection } from 'mysql2';
import { DatabaseError, isTimeout, outageOf } from './database-error.ts';
import { DatabaseHost } from './database-host.ts';
import type { HostOptions } from './database-host.ts';
import type { OutageKind } from './outage-kinds.ts';

interface PoolBounds {
  idleTimeoutMs?: number;
  acquireTimeoutMs?: number;
  /** How often a host that failed is asked whether it is well again, in milliseconds. */
  probeMs?: number;
}

/** What says that another host may do better. */
const faultsOfHost = new Set<OutageKind | undefined>([
  'unreachable',
  'tls',
  'access',
  'full',
  'read_only',
  'not_ready',
]);

/**
 * Connections to MariaDB: to the first of its hosts that is well. All processes that were given the same hosts in the same order so
 * write at the same node, and meet there in its locks rather than at the commit. A host that fails is left at once, and taken again
 * as soon as it answers well.
 *
 * A connection that kept a statement waiting for too long is discarded, and with it all that are open: a network that lost one
 * without a word has lost the others, and each would cost somebody the same wait.
 */
export class ConnectionPool {
  readonly #hosts: readonly DatabaseHost[];
  readonly #hostOf = new WeakMap<PoolConnection, DatabaseHost>();
  readonly #acquireTimeoutMs: number;
  readonly #probeMs: number;
  readonly #probes = new Map<DatabaseHost, ReturnType<typeof setTimeout>>();
  #idleTimeoutMs: number | undefined;
  #ending: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #waiting = 0;

  /** @param bounds see ConnectOptions */
  constructor(hosts: readonly HostOptions[], { idleTimeoutMs, acquireTimeoutMs, probeMs }: PoolBounds) {
    this.#hosts = hosts.map((options) => new DatabaseHost(options));
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#acquireTimeoutMs = acquireTimeoutMs ?? 5_000;
    this.#probeMs = probeMs ?? 1_000;
  }

  /** Whether there is another host to go to. */
  get hasSeveralHosts(): boolean {
    return this.#hosts.length > 1;
  }

  /** A connection for the caller alone, until it is released or discarded. */
  async take(): Promise<PoolConnection> {
    if (this.#closed) throw Object.assign(new Error('the pool is closed'), { code: 'POOL_CLOSED' });
    this.#waiting++;
    clearTimeout(this.#ending);
    try {
      return await this.#takeFromFirst();
    } finally {
      this.#waiting--;
      this.#endWhenIdle();
    }
  }

  /** From the first host that is well; where none is, from the first that is well after all. */
  async #takeFromFirst(): Promise<PoolConnection> {
    const inOrder = [...this.#hosts.filter(({ isDown }) => !isDown), ...this.#hosts.filter(({ isDown }) => isDown)];
    let failure: unknown;
    for (const host of inOrder) {
      try {
        const connection = await host.take(this.#acquireTimeoutMs);
        this.#hostOf.set(connection, host);
        return connection;
      } catch (error) {
        failure = error;
        if (!this.#isFaultOf(host, error)) throw error;
      }
    }
    throw failure;
  }

  /** What a statement on this connection ended with. A fault of its host sends the next caller to another one. */
  note(connection: PoolConnection, error: unknown): void {
    const host = this.#hostOf.get(connection);
    if (host) this.#isFaultOf(host, error);
  }

  #isFaultOf(host: DatabaseHost, cause: unknown): boolean {
    const error = cause instanceof DatabaseError ? cause : new DatabaseError(cause);
    if (!this.hasSeveralHosts || !(faultsOfHost.has(outageOf(error)) || isTimeout(error))) return false;
    if (!host.isDown) {
      host.markDown();
      this.#probeLater(host);
    }
    return true;
  }

  #probeLater(host: DatabaseHost): void {
    if (this.#closed) return;
    const timer = setTimeout(() => void this.#probe(host), this.#probeMs);
    this.#probes.set(host, timer);
  }

  async #probe(host: DatabaseHost): Promise<void> {
    try {
      await host.probe();
    } catch {
      this.#probeLater(host);
      return;
    }
    this.#probes.delete(host);
    host.isDown = false;
    this.#leaveLaterHosts();
  }

  /** Those behind the first that is well keep no connection open that nobody uses. */
  #leaveLaterHosts(): void {
    const first = this.#hosts.find(({ isDown }) => !isDown);
    for (const host of this.#hosts) if (host !== first && host.isIdle) void host.end().catch(() => {});
  }

  release(connection: PoolConnection): void {
    this.#hostOf.get(connection)?.release(connection);
    this.#endWhenIdle();
  }

  discard(connection: PoolConnection): void {
    this.#hostOf.get(connection)?.discard(connection);
    this.#endWhenIdle();
  }

  get #busy(): number {
    return this.#hosts.reduce((sum, { busy }) => sum + busy, 0);
  }

  /** Connections that were taken, and callers that wait for one. */
  load(): { busy: number; waiting: number } {
    return { busy: this.#busy, waiting: this.#waiting };
  }

  /** From now on connections end as soon as none is in use; where none is, at once. */
  async closeWhenIdle(): Promise<void> {
    this.#idleTimeoutMs = 0;
    if (this.#busy + this.#waiting === 0) await this.#end();
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#probes.values()) clearTimeout(timer);
    return this.#end();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#ending);
    await Promise.all(this.#hosts.map((host) => host.end()));
  }

  #endWhenIdle(): void {
    if (this.#idleTimeoutMs === undefined || this.#busy + this.#waiting > 0) return;
    clearTimeout(this.#ending);
    // A connection that does not end well has ended all the same.
    const end = () => void this.#end().catch(() => {});
    if (this.#idleTimeoutMs === 0) end();
    else this.#ending = setTimeout(end, this.#idleTimeoutMs);
  }
}
