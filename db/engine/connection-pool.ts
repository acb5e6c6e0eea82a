import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2/promise';

/**
 * Connections to MariaDB. One that kept a statement waiting for too long is given up, and with it all that are open: a
 * network that lost one without a word has lost the others, and each would cost somebody the same wait.
 */
export class ConnectionPool {
  readonly #options: PoolOptions;
  readonly #settings: string | undefined;
  #pool: Pool | undefined;
  #lingerMs: number | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  readonly #openedAt = new WeakMap<object, number>();
  #suspectUntil = Number.NEGATIVE_INFINITY;
  #busy = 0;
  #waiting = 0;

  /** @param transactionSeconds, lingerMs see ConnectOptions */
  constructor(options: PoolOptions, transactionSeconds: number | undefined, lingerMs: number | undefined) {
    this.#options = options;
    this.#lingerMs = lingerMs;
    if (transactionSeconds !== undefined) {
      this.#settings = `set session idle_transaction_timeout = ${transactionSeconds}, innodb_lock_wait_timeout = ${transactionSeconds}`;
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

  /** A connection for the caller alone, until it is given back or given up. */
  async take(): Promise<PoolConnection> {
    if (this.#closed) throw Object.assign(new Error('the pool is closed'), { code: 'POOL_CLOSED' });
    this.#waiting++;
    clearTimeout(this.#leaving);
    this.#pool ??= this.#open();
    try {
      for (;;) {
        const connection = await this.#pool.getConnection();
        if ((this.#openedAt.get(connection.connection) ?? 0) > this.#suspectUntil) {
          this.#busy++;
          return connection;
        }
        connection.destroy();
      }
    } finally {
      this.#waiting--;
      this.#leaveWhenIdle();
    }
  }

  giveBack(connection: PoolConnection): void {
    this.#busy--;
    connection.release();
    this.#leaveWhenIdle();
  }

  giveUp(connection: PoolConnection): void {
    this.#busy--;
    this.#suspectUntil = performance.now();
    connection.destroy();
    this.#leaveWhenIdle();
  }

  /** Connections that were taken, and callers that wait for one. */
  load(): { busy: number; waiting: number } {
    return { busy: this.#busy, waiting: this.#waiting };
  }

  /** From now on connections end as soon as none is in use; where none is, at once. */
  async retire(): Promise<void> {
    this.#lingerMs = 0;
    if (this.#busy + this.#waiting === 0) await this.#leave();
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#leave();
  }

  async #leave(): Promise<void> {
    clearTimeout(this.#leaving);
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }

  #leaveWhenIdle(): void {
    if (this.#lingerMs === undefined || this.#busy + this.#waiting > 0) return;
    clearTimeout(this.#leaving);
    // A connection that does not end well has ended all the same.
    const leave = () => void this.#leave().catch(() => {});
    if (this.#lingerMs === 0) leave();
    else this.#leaving = setTimeout(leave, this.#lingerMs);
  }
}
