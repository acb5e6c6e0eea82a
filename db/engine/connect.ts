import { drizzle } from 'drizzle-orm/mysql2';
import type { PoolConnection, QueryOptions } from 'mysql2/promise';
import type { Database, Lease, SqlClient } from './client.ts';
import { ConnectionPool } from './connection-pool.ts';
import { isOverdue } from './driver-errors.ts';
import type { QueryLog } from './query-log.ts';

export interface ConnectOptions {
  /** Connections held at most. */
  connections: number;
  /** A runtime without `eval` (workerd) needs the driver's slower row parser. */
  disableEval?: boolean;
  /**
   * How long MariaDB lets a transaction of ours wait for a lock, or do nothing, in seconds. A process that vanishes, or hangs,
   * in the middle of one holds its locks no longer than that. Unset where the connections are not ours to set up (Hyperdrive).
   */
  transactionSeconds?: number;
  /** How long a statement may take, in milliseconds: 8 s. Beyond it the connection is given up, as dead without a word. */
  statementMs?: number;
  /**
   * How long connections that nobody uses stay open, in milliseconds; unset: as long as MariaDB lets them. An open one keeps
   * a Durable Object from hibernating.
   */
  lingerMs?: number;
  /** Sees every statement's text and values. Tests use it to `EXPLAIN` what ran. */
  observe?: (sql: string, params: readonly unknown[]) => void;
}

/** Opens MariaDB lazily: the first statement connects. `url` is `mysql://user:password@host:port/database`. */
export function connect(url: string, options: ConnectOptions): Database {
  const pool = new ConnectionPool(
    {
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
      // Nothing here is prepared, and the room for 16,000 statements is half a megabyte a connection.
      maxPreparedStatements: 1,
    },
    options.transactionSeconds,
    options.lingerMs,
  );
  return over(new PooledClient(pool, { patience: options.statementMs ?? 8_000, observe: options.observe }));
}

function over(client: SqlClient): Database {
  // Drizzle calls `query` alone; transactions are ours (db/engine/transaction.ts), so that they can be retried and logged.
  return drizzle({ client: client as never }) as unknown as Database;
}

interface Manner {
  /** See ConnectOptions.statementMs. */
  patience: number;
  observe: ConnectOptions['observe'];
}

abstract class Client implements SqlClient {
  readonly manner: Manner;
  readonly #log: QueryLog | undefined;
  #logged = 0;

  constructor(manner: Manner, log?: QueryLog) {
    this.manner = manner;
    this.#log = log;
  }

  protected abstract run(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]>;
  abstract lease(): Promise<Lease>;
  abstract withLog(log: QueryLog): Database;
  abstract load(): { busy: number; waiting: number };
  abstract retire(): Promise<void>;
  abstract close(): Promise<void>;

  async query(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]> {
    const sql = typeof query === 'string' ? query : query.sql;
    this.manner.observe?.(sql, params ?? []);
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

  protected timed(query: string | QueryOptions): QueryOptions {
    const timeout = this.manner.patience;
    return typeof query === 'string' ? { sql: query, timeout } : { timeout, ...query };
  }

  protected leaseOf(connection: PoolConnection, pool: ConnectionPool): Lease {
    const client = new ConnectionClient(connection, this.manner, this.#log);
    return {
      db: over(client),
      release: () => pool.giveBack(connection),
      discard: () => pool.giveUp(connection),
      excuse: () => this.#log?.excuse(client.#logged),
    };
  }
}

class PooledClient extends Client {
  readonly #pool: ConnectionPool;

  constructor(pool: ConnectionPool, manner: Manner, log?: QueryLog) {
    super(manner, log);
    this.#pool = pool;
  }

  protected override async run(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]> {
    const connection = await this.#pool.take();
    let overdue = false;
    try {
      return await connection.query(this.timed(query), params);
    } catch (error) {
      overdue = isOverdue(error);
      throw error;
    } finally {
      if (overdue) this.#pool.giveUp(connection);
      else this.#pool.giveBack(connection);
    }
  }

  override async lease(): Promise<Lease> {
    const connection = await this.#pool.take().catch(named);
    return this.leaseOf(connection, this.#pool);
  }

  override withLog(log: QueryLog): Database {
    return over(new PooledClient(this.#pool, this.manner, log));
  }

  override load(): { busy: number; waiting: number } {
    return this.#pool.load();
  }

  override retire(): Promise<void> {
    return this.#pool.retire();
  }

  override close(): Promise<void> {
    return this.#pool.close();
  }
}

class ConnectionClient extends Client {
  readonly #connection: PoolConnection;

  constructor(connection: PoolConnection, manner: Manner, log?: QueryLog) {
    super(manner, log);
    this.#connection = connection;
  }

  protected override run(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]> {
    return this.#connection.query(this.timed(query), params);
  }

  override lease(): Promise<Lease> {
    throw new Error('a transaction runs already on this connection');
  }

  override withLog(): Database {
    throw new Error('a transaction logs where its database logs');
  }

  override load(): { busy: number; waiting: number } {
    return { busy: 1, waiting: 0 };
  }

  override async retire(): Promise<void> {
    throw new Error('the transaction gives its connection back itself');
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
