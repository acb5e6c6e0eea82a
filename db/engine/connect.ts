import { drizzle } from 'drizzle-orm/mysql2';
import type { PoolConnection, QueryOptions } from 'mysql2';
import { ask } from './ask.ts';
import type { Answer } from './ask.ts';
import type { Database, Lease, Sql, SqlClient, Transaction } from './client.ts';
import type { ConnectOptions } from './connect-options.ts';
import { ConnectionPool } from './connection-pool.ts';
import { databaseUrlForm, parseDatabaseUrl } from './database-url.ts';
import { hostOptions } from './host-options.ts';
import { DatabaseError, isNotReady, isTimeout, outageOf } from './database-error.ts';
import type { QueryLog } from './query-log.ts';
import { Watchdog } from './watchdog.ts';

/**
 * Opens MariaDB lazily: the first statement connects. `url` is `mysql://user:password@host:port/database`, with several hosts where
 * they are nodes of a cluster (db/engine/database-url.ts).
 */
export function connect(url: string, options: ConnectOptions): Database {
  const address = parseDatabaseUrl(url);
  if (address === undefined) throw new Error(`the database's URL makes no sense: ${databaseUrlForm}`);
  const pool = new ConnectionPool(hostOptions(address, options), options);
  return drizzleOver<Database>(
    new PooledClient(pool, {
      watchdog: new Watchdog(options.statementTimeoutMs ?? 8_000, { restsWhenIdle: options.disableEval === true }),
      observe: options.observe,
    }),
  );
}

function drizzleOver<Kind extends Sql>(client: SqlClient): Kind {
  // Drizzle calls `query` alone; transactions are ours (db/engine/transaction.ts), so that they can be retried and logged.
  return drizzle({ client: client as never }) as unknown as Kind;
}

interface ClientOptions {
  /** Of all connections: see ConnectOptions.statementTimeoutMs. */
  watchdog: Watchdog;
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

  abstract get hasSeveralHosts(): boolean;
  protected abstract run(query: string | QueryOptions, params?: unknown[]): Promise<Answer>;
  abstract lease(): Promise<Lease>;
  abstract withLog(log: QueryLog): Database;
  abstract load(): { busy: number; waiting: number };
  abstract closeWhenIdle(): Promise<void>;
  abstract close(): Promise<void>;

  async query(query: string | QueryOptions, params?: unknown[]): Promise<Answer> {
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

  protected ask(connection: PoolConnection, query: string | QueryOptions, params?: unknown[]): Promise<Answer> {
    return ask(connection, typeof query === 'string' ? { sql: query } : query, params, this.options.watchdog);
  }

  protected leaseOf(connection: PoolConnection, pool: ConnectionPool, ended: () => void): Lease {
    const client = new ConnectionClient(connection, pool, this.options, this.log);
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

  get hasSeveralHosts(): boolean {
    return this.#pool.hasSeveralHosts;
  }

  /** What was not done, or only read, is asked of the next host where the one that was asked failed. */
  protected override async run(query: string | QueryOptions, params?: unknown[]): Promise<Answer> {
    if (this.#leases > 0 && this.log !== undefined) throw new TransactionBypassed();
    const only = this.hasSeveralHosts ? 3 : 1;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#runOnce(query, params);
      } catch (error) {
        const outage = outageOf(error);
        const mayRepeat = outage === 'read_only' || isNotReady(error) || (outage === 'unreachable' && isRead(query));
        if (attempt === only || !mayRepeat) throw error;
      }
    }
  }

  async #runOnce(query: string | QueryOptions, params?: unknown[]): Promise<Answer> {
    const connection = await this.#pool.take();
    let overdue = false;
    try {
      return await this.ask(connection, query, params);
    } catch (error) {
      const failure = new DatabaseError(error);
      this.#pool.note(connection, failure);
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

const isRead = (query: string | QueryOptions): boolean =>
  /^\s*select\b/iu.test(typeof query === 'string' ? query : query.sql);

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
  readonly #pool: ConnectionPool;

  constructor(connection: PoolConnection, pool: ConnectionPool, options: ClientOptions, log?: QueryLog) {
    super(options, log);
    this.#connection = connection;
    this.#pool = pool;
  }

  protected override async run(query: string | QueryOptions, params?: unknown[]): Promise<Answer> {
    try {
      return await this.ask(this.#connection, query, params);
    } catch (error) {
      const failure = new DatabaseError(error);
      this.#pool.note(this.#connection, failure);
      throw failure;
    }
  }

  get hasSeveralHosts(): boolean {
    return this.#pool.hasSeveralHosts;
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
