import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2/promise';

/**
 * Connections to MariaDB. One that kept a statement waiting for too long is given up, and with it all that are open: a
 * network that lost one without a word has lost the others, and each would cost somebody the same wait.
 */
export class ConnectionPool {
  readonly #pool: Pool;
  readonly #openedAt = new WeakMap<object, number>();
  #suspectUntil = Number.NEGATIVE_INFINITY;
  #busy = 0;
  #waiting = 0;

  /** @param transactionSeconds see ConnectOptions */
  constructor(options: PoolOptions, transactionSeconds: number | undefined) {
    this.#pool = createPool(options);
    const settings = `set session idle_transaction_timeout = ${transactionSeconds}, innodb_lock_wait_timeout = ${transactionSeconds}`;
    this.#pool.pool.on('connection', (connection) => {
      this.#openedAt.set(connection, performance.now());
      if (transactionSeconds === undefined) return;
      connection.query(settings, (error) => {
        if (error) connection.destroy();
      });
    });
  }

  /** A connection for the caller alone, until it is given back or given up. */
  async take(): Promise<PoolConnection> {
    this.#waiting++;
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
    }
  }

  giveBack(connection: PoolConnection): void {
    this.#busy--;
    connection.release();
  }

  giveUp(connection: PoolConnection): void {
    this.#busy--;
    this.#suspectUntil = performance.now();
    connection.destroy();
  }

  /** Connections that were taken, and callers that wait for one. */
  load(): { busy: number; waiting: number } {
    return { busy: this.#busy, waiting: this.#waiting };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
