import { drizzle } from 'drizzle-orm/mysql2';
import type { PoolConnection, QueryOptions } from 'mysql2/promise';
import type { Database, Lease, Sql, SqlClient, Transaction } from './client.ts';
import { ConnectionPool } from './connection-pool.ts';
import { DatabaseError, isTimeout } from './database-error.ts';
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
  lockAndIdleTimeoutSeconds?: number;
  /** How long a statement may take, in milliseconds: 8 s. Beyond it the connection is given up, as dead without a word. */
  statementTimeoutMs?: number;
  /** How long a caller may wait for a connection while all are in use, in milliseconds: 5 s. Then it is an outage. */
  acquireTimeoutMs?: number;
  /**
   * How long connections that nobody uses stay open, in milliseconds; unset: as long as MariaDB lets them. An open one keeps
   * a Durable Object from hibernating.
   */
  idleTimeoutMs?: number;
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
    options,
  );
  return drizzleOver<Database>(
    new PooledClient(pool, { timeoutMs: options.statementTimeoutMs ?? 8_000, observe: options.observe }),
  );
}

function drizzleOver<Kind extends Sql>(client: SqlClient): Kind {
  // Drizzle calls `query` alone; transactions are ours (db/engine/transaction.ts), so that they can be retried and logged.
  return drizzle({ client: client as never }) as unknown as Kind;
}

interface ClientOptions {
  /** See ConnectOptions.statementTimeoutMs. */
  timeoutMs: number;
  observe: ConnectOptions['observe'];
}

abstract class Client implements SqlClient {
  protected readonly options: ClientOptions;
  protected readonly log: QueryLog | undefined;
  #logged = 0;

  constructor(options: ClientOptions, log?: QueryLog) {
    this.options = options;
    this.log = log;
  }

  protected abstract run(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]>;
  abstract lease(): Promise<Lease>;
  abstract withLog(log: QueryLog): Database;
  abstract load(): { busy: number; waiting: number };
  abstract closeWhenIdle(): Promise<void>;
  abstract close(): Promise<void>;

  async query(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]> {
    const sql = typeof query === 'string' ? query : query.sql;
    this.options.observe?.(sql, params ?? []);
    const statement = this.log?.start(sql);
    const startedAt = statement && performance.now();
    try {
      return await this.run(query, params);
    } catch (error) {
      const failure =
        error instanceof DatabaseError || error instanceof TransactionBypassed ? error : new DatabaseError(error);
      if (statement) statement.error = failure instanceof DatabaseError ? failure.code : failure.name;
      throw failure;
    } finally {
      if (statement !== undefined && startedAt !== undefined) {
        this.#logged++;
        statement.ms = performance.now() - startedAt;
        this.log?.onAnswer?.(statement);
      }
    }
  }

  protected timed(query: string | QueryOptions): QueryOptions {
    const timeout = this.options.timeoutMs;
    return typeof query === 'string' ? { sql: query, timeout } : { timeout, ...query };
  }

  protected leaseOf(connection: PoolConnection, pool: ConnectionPool, ended: () => void): Lease {
    const client = new ConnectionClient(connection, this.options, this.log);
    return {
      tx: drizzleOver<Transaction>(client),
      release() {
        ended();
        pool.release(connection);
      },
      discard() {
        ended();
        pool.discard(connection);
      },
      uncount: () => this.log?.uncount(client.#logged),
    };
  }
}

class PooledClient extends Client {
  readonly #pool: ConnectionPool;
  #leases = 0;

  constructor(pool: ConnectionPool, options: ClientOptions, log?: QueryLog) {
    super(options, log);
    this.#pool = pool;
  }

  protected override async run(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]> {
    if (this.#leases > 0 && this.log !== undefined) throw new TransactionBypassed();
    const connection = await this.#pool.take();
    let overdue = false;
    try {
      return await connection.query(this.timed(query), params);
    } catch (error) {
      const failure = new DatabaseError(error);
      overdue = isTimeout(failure);
      throw failure;
    } finally {
      if (overdue) this.#pool.discard(connection);
      else this.#pool.release(connection);
    }
  }

  override async lease(): Promise<Lease> {
    if (this.#leases > 0 && this.log !== undefined) throw new TransactionBypassed();
    this.#leases++;
    try {
      const connection = await this.#pool.take();
      return this.leaseOf(connection, this.#pool, () => this.#leases--);
    } catch (error) {
      this.#leases--;
      throw new DatabaseError(error);
    }
  }

  override withLog(log: QueryLog): Database {
    return drizzleOver<Database>(new PooledClient(this.#pool, this.options, log));
  }

  override load(): { busy: number; waiting: number } {
    return this.#pool.load();
  }

  override closeWhenIdle(): Promise<void> {
    return this.#pool.closeWhenIdle();
  }

  override close(): Promise<void> {
    return this.#pool.close();
  }
}

/**
 * A request that asks its database while a transaction of its own is open waits for a second connection, which it may be
 * keeping from itself. Noticed where statements are logged: in development and tests.
 */
export class TransactionBypassed extends Error {
  override name = 'TransactionBypassed';

  constructor() {
    super('a transaction is open: its statements go through it, not beside it');
  }
}

class ConnectionClient extends Client {
  readonly #connection: PoolConnection;

  constructor(connection: PoolConnection, options: ClientOptions, log?: QueryLog) {
    super(options, log);
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

  override async closeWhenIdle(): Promise<void> {
    throw new Error('the transaction gives its connection back itself');
  }

  override async close(): Promise<void> {
    throw new Error('the transaction gives its connection back itself');
  }
}
