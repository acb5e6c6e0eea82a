import { drizzle } from 'drizzle-orm/mysql2';
import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection, QueryOptions } from 'mysql2/promise';
import type { Database, Lease, SqlClient } from './client.ts';
import type { QueryLog } from './query-log.ts';

export interface ConnectOptions {
  /** Connections held at most. */
  connections: number;
  /** A runtime without `eval` (workerd) needs the driver's slower row parser. */
  disableEval?: boolean;
  /** Sees every statement's text and values. Tests use it to `EXPLAIN` what ran. */
  observe?: (sql: string, params: readonly unknown[]) => void;
}

/** Opens MariaDB lazily: the first statement connects. `url` is `mysql://user:password@host:port/database`. */
export function connect(url: string, options: ConnectOptions): Database {
  const pool = createPool({
    uri: url,
    connectionLimit: options.connections,
    disableEval: options.disableEval ?? false,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    jsonStrings: true,
    supportBigNumbers: true,
    connectTimeout: 5_000,
    // A crowd that outgrows the pool waits here; far behind this bound an early error beats a late answer.
    queueLimit: 10_000,
    idleTimeout: 60_000,
  });
  return over(new PooledClient(pool, options.observe));
}

function over(client: SqlClient): Database {
  // Drizzle calls `query` alone; transactions are ours (db/transaction.ts), so that they can be retried and logged.
  return drizzle({ client: client as never }) as unknown as Database;
}

type Observe = ConnectOptions['observe'];

abstract class Client implements SqlClient {
  readonly observe: Observe;
  readonly #log: QueryLog | undefined;
  #logged = 0;

  constructor(observe: Observe, log?: QueryLog) {
    this.observe = observe;
    this.#log = log;
  }

  protected abstract run(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]>;
  abstract lease(): Promise<Lease>;
  abstract withLog(log: QueryLog): Database;
  abstract close(): Promise<void>;

  async query(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]> {
    const sql = typeof query === 'string' ? query : query.sql;
    this.observe?.(sql, params ?? []);
    if (this.#log === undefined) return this.run(query, params).catch(named);
    const statement = this.#log.start(sql);
    this.#logged++;
    const startedAt = performance.now();
    try {
      return await this.run(query, params).catch(named);
    } finally {
      statement.ms = performance.now() - startedAt;
    }
  }

  protected leaseOf(connection: PoolConnection): Lease {
    const client = new ConnectionClient(connection, this.observe, this.#log);
    return {
      db: over(client),
      release: () => connection.release(),
      discard: () => connection.destroy(),
      excuse: () => this.#log?.excuse(client.#logged),
    };
  }
}

class PooledClient extends Client {
  readonly #pool: Pool;

  constructor(pool: Pool, observe: Observe, log?: QueryLog) {
    super(observe, log);
    this.#pool = pool;
  }

  protected override run(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]> {
    return typeof query === 'string' ? this.#pool.query(query, params) : this.#pool.query(query, params);
  }

  override async lease(): Promise<Lease> {
    return this.leaseOf(await this.#pool.getConnection().catch(named));
  }

  override withLog(log: QueryLog): Database {
    return over(new PooledClient(this.#pool, this.observe, log));
  }

  override close(): Promise<void> {
    return this.#pool.end();
  }
}

class ConnectionClient extends Client {
  readonly #connection: PoolConnection;

  constructor(connection: PoolConnection, observe: Observe, log?: QueryLog) {
    super(observe, log);
    this.#connection = connection;
  }

  protected override run(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]> {
    return typeof query === 'string' ? this.#connection.query(query, params) : this.#connection.query(query, params);
  }

  override lease(): Promise<Lease> {
    throw new Error('a transaction runs already on this connection');
  }

  override withLog(): Database {
    throw new Error('a transaction logs where its database logs');
  }

  override async close(): Promise<void> {
    throw new Error('the transaction gives its connection back itself');
  }
}

/** What MariaDB answers has a code; a connection that workerd could not make has none, so it gets Node's. */
function named(error: unknown): never {
  const known = error instanceof Error && 'code' in error && error.code !== undefined;
  const ofDriver = error instanceof Error && ('sqlState' in error || 'fatal' in error);
  throw ofDriver && !known ? Object.assign(error, { code: 'ECONNREFUSED' }) : error;
}
