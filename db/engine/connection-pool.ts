import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2/promise';

interface PoolBounds {
  lockAndIdleTimeoutSeconds?: number;
  idleTimeoutMs?: number;
  acquireTimeoutMs?: number;
}

/** Gives what mysql2's pool says without a code a name. */
function named(error: unknown): never {
  if (error instanceof Error && error.message === 'Queue limit reached.') {
    throw Object.assign(error, { code: 'POOL_QUEUE_FULL' });
  }
  if (error instanceof Error && error.message === 'Pool is closed.')
    throw Object.assign(error, { code: 'POOL_CLOSED' });
  throw error;
}

/**
 * Connections to MariaDB. One that kept a statement waiting for too long is discarded, and with it all that are open: a
 * network that lost one without a word has lost the others, and each would cost somebody the same wait.
 */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #settings: string | undefined;
  readonly #acquireTimeoutMs: number;
  #pool: Pool | undefined;
  #idleTimeoutMs: number | undefined;
  #ending: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  readonly #openedAt = new WeakMap<object, number>();
  #suspectUntil = Number.NEGATIVE_INFINITY;
  #busy = 0;
  #waiting = 0;

  /** @param bounds see ConnectOptions */
  constructor(options: PoolOptions, { lockAndIdleTimeoutSeconds, idleTimeoutMs, acquireTimeoutMs }: PoolBounds) {
    this.#options = options;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#acquireTimeoutMs = acquireTimeoutMs ?? 5_000;
    if (lockAndIdleTimeoutSeconds !== undefined) {
      this.#settings = `set session idle_transaction_timeout = ${lockAndIdleTimeoutSeconds}, innodb_lock_wait_timeout = ${lockAndIdleTimeoutSeconds}`;
    }
  }

  #open(): Pool {
    const pool = createPool(this.#options);
    pool.pool.on('connection', (connection) => {
      this.#openedAt.set(connection, performance.now());
      if (this.#settings === undefined) return;
      connection.query(this.#settings, (error) => {
        if (error) connection.destroy();
      });
    });
    return pool;
  }

  /** A connection for the caller alone, until it is released or discarded. */
  async take(): Promise<PoolConnection> {
    if (this.#closed) throw Object.assign(new Error('the pool is closed'), { code: 'POOL_CLOSED' });
    this.#waiting++;
    clearTimeout(this.#ending);
    this.#pool ??= this.#open();
    try {
      for (;;) {
        const connection = await this.#next(this.#pool);
        if ((this.#openedAt.get(connection.connection) ?? 0) > this.#suspectUntil) {
          this.#busy++;
          return connection;
        }
        connection.destroy();
      }
    } finally {
      this.#waiting--;
      this.#endWhenIdle();
    }
  }

  /** The next free connection. Where all are in use, the wait for one ends in time. */
  async #next(pool: Pool): Promise<PoolConnection> {
    const asked = pool.getConnection().catch(named);
    if (this.#busy < (this.#options.connectionLimit ?? 1)) return asked;
    const { promise: tooLong, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(`no connection within ${this.#acquireTimeoutMs} ms`), { code: 'POOL_TIMEOUT' }));
      // Nobody waits for it any more; what went wrong with it is told to the next who asks.
      asked.then(
        (connection) => connection.release(),
        () => {},
      );
    }, this.#acquireTimeoutMs);
    try {
      return await Promise.race([asked, tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  release(connection: PoolConnection): void {
    this.#busy--;
    connection.release();
    this.#endWhenIdle();
  }

  discard(connection: PoolConnection): void {
    this.#busy--;
    this.#suspectUntil = performance.now();
    connection.destroy();
    this.#endWhenIdle();
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
    return this.#end();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#ending);
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
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
