import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2/promise';

/**
 * Connections to MariaDB. One that kept a statement waiting for too long is given up, and with it all that are as old: a
 * network that lost one without a word has lost the others, and each would cost somebody the same wait.
 */
export class ConnectionPool {
  readonly #pool: Pool;
  readonly #openedAt = new WeakMap<object, number>();
  #suspectUntil = Number.NEGATIVE_INFINITY;

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

  async take(): Promise<PoolConnection> {
    for (;;) {
      const connection = await this.#pool.getConnection();
      if ((this.#openedAt.get(connection.connection) ?? 0) > this.#suspectUntil) return connection;
      connection.destroy();
    }
  }

  giveUp(connection: PoolConnection): void {
    this.#suspectUntil = Math.max(this.#suspectUntil, this.#openedAt.get(connection.connection) ?? 0);
    connection.destroy();
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
