import { createPool } from 'mysql2';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2';
import type { Connection } from 'mysql2/promise';
import { accessDenied, openConnection } from './open-connection.ts';

export interface HostOptions extends PoolOptions {
  /** Tried one after another where the server refuses one: so a password can change while both are known. */
  passwords: readonly string[];
  /** Statements for each new connection. */
  settings: string | undefined;
  /** One of several: a connection is looked at before it is used, and what it reads waits for what others have committed. */
  isOfCluster: boolean;
}

/** A read waits until its node has what the cluster had committed when it was asked; so does a transaction when it begins. */
const causalReads = 'set session wsrep_sync_wait = 1';

/** The connections to one MariaDB server. */
export class DatabaseHost {
  readonly name: string;
  /** Connections that were taken. */
  busy = 0;
  #asking = 0;
  /** It failed, and has not been seen well since. */
  isDown = false;
  readonly #options: HostOptions;
  #pool: Pool | undefined;
  #password = 0;
  /** Those who wait for a connection: each is told where the wait is in vain. */
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #openedAt = new WeakMap<object, number>();
  readonly #looked = new WeakSet<object>();
  #suspectUntil = Number.NEGATIVE_INFINITY;

  constructor(options: HostOptions) {
    this.#options = options;
    this.name = `${options.host}:${options.port}`;
  }

  /** A connection that is fit for use. Rejects with what the server, or the way to it, says; `code: 'POOL_TIMEOUT'` after `withinMs`. */
  async take(withinMs: number): Promise<PoolConnection> {
    this.#asking++;
    try {
      return await this.#take(withinMs);
    } finally {
      this.#asking--;
    }
  }

  /** Nobody has a connection, or waits for one. */
  get isIdle(): boolean {
    return this.busy + this.#asking === 0;
  }

  async #take(withinMs: number): Promise<PoolConnection> {
    for (;;) {
      const connection = await this.#next(withinMs);
      if ((this.#openedAt.get(connection) ?? 0) <= this.#suspectUntil) {
        connection.destroy();
        continue;
      }
      if (this.#options.isOfCluster && !this.#looked.has(connection)) await this.#look(connection);
      this.busy++;
      return connection;
    }
  }

  release(connection: PoolConnection): void {
    this.busy--;
    connection.release();
  }

  /** For one that kept a statement waiting, or is in an unknown state: with it go all that were open. */
  discard(connection: PoolConnection): void {
    this.busy--;
    this.#suspectUntil = performance.now();
    connection.destroy();
  }

  /** Whoever waits for a connection is told so; what is open is used no more. */
  markDown(): void {
    this.isDown = true;
    this.#suspectUntil = performance.now();
    const error = Object.assign(new Error(`${this.name} failed`), { code: 'ECONNRESET' });
    for (const giveUp of this.#waiting) giveUp(error);
  }

  /** Asks the server, by a connection of its own, whether it can be used. Rejects where it cannot. */
  async probe(): Promise<void> {
    (await this.openBeside()).destroy();
  }

  /** A connection beside those that are shared, fit for use. */
  async openBeside(): Promise<Connection> {
    const { passwords, isOfCluster, ...rest } = this.#options;
    const { settings: _settings, connectionLimit: _limit, queueLimit: _queue, idleTimeout: _idle, ...options } = rest;
    const connection = await openConnection(options, passwords);
    if (!isOfCluster) return connection;
    try {
      await requireUsable(connection);
      await connection.query(causalReads);
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  async end(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    if (pool === undefined) return;
    await new Promise<void>((resolve, reject) => {
      pool.end((error) => (error ? reject(error) : resolve()));
    });
  }

  #open(): Pool {
    const { passwords, settings, isOfCluster: _looksFirst, ...options } = this.#options;
    const pool = createPool({ ...options, password: passwords[this.#password] ?? '' });
    pool.on('connection', (connection) => {
      this.#openedAt.set(connection, performance.now());
      const runOrDestroy = (sql: string) => connection.query(sql, (error) => void (error && connection.destroy()));
      if (settings !== undefined) runOrDestroy(settings);
    });
    return pool;
  }

  /** The next free connection. Where all are in use, the wait for one ends in time; where the host has failed, at once. */
  #next(withinMs: number): Promise<PoolConnection> {
    this.#pool ??= this.#open();
    const asked = this.#login(this.#pool);
    const mayWait = this.busy + this.#asking > (this.#options.connectionLimit ?? 1);
    if (!mayWait && !this.#options.isOfCluster) return asked;
    // Not a race against a promise that lasts: each that was ever run would stay with it.
    return new Promise((resolve, reject) => {
      const giveUp = (error: unknown) => {
        this.#waiting.delete(giveUp);
        clearTimeout(timer);
        reject(error);
      };
      const tooLong = () =>
        giveUp(Object.assign(new Error(`no connection within ${withinMs} ms`), { code: 'POOL_TIMEOUT' }));
      const timer = mayWait ? setTimeout(tooLong, withinMs) : undefined;
      this.#waiting.add(giveUp);
      const give = (connection: PoolConnection): void => {
        clearTimeout(timer);
        if (this.#waiting.delete(giveUp)) resolve(connection);
        // Nobody waits for it any more.
        else connection.release();
      };
      asked.then(give, giveUp);
    });
  }

  /** Where the server refuses the password, the next one is tried, and kept where it is taken. */
  async #login(pool: Pool): Promise<PoolConnection> {
    const { passwords } = this.#options;
    for (let refused = 0; ;) {
      const tried = this.#password;
      try {
        return await connectionOf(pool);
      } catch (error) {
        refused++;
        if ((error as { errno?: unknown }).errno !== accessDenied || refused >= passwords.length) throw named(error);
        if (this.#password === tried) this.#password = (tried + 1) % passwords.length;
        const { connectionConfig } = (pool as unknown as { config: object }).config as {
          connectionConfig: { password?: string | undefined };
        };
        connectionConfig.password = passwords[this.#password];
      }
    }
  }

  async #look(connection: PoolConnection): Promise<void> {
    const own = connection.promise();
    try {
      await requireUsable(own);
      await own.query(causalReads);
    } catch (error) {
      connection.destroy();
      throw error;
    }
    this.#looked.add(connection);
  }
}

const connectionOf = (pool: Pool): Promise<PoolConnection> =>
  new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });

const usability = `select @@global.read_only as readOnly,
  (select variable_value from information_schema.global_variables where variable_name = 'wsrep_on') as clustered,
  (select variable_value from information_schema.global_status where variable_name = 'wsrep_ready') as ready`;

/** A node that is joining, or cut off from the others, answers, and a replica reads: neither is of use. */
async function requireUsable(connection: Connection): Promise<void> {
  const [rows] = await connection.query(usability);
  const [row] = rows as { readOnly: number; clustered: string | null; ready: string | null }[];
  if (row?.clustered === 'ON' && row.ready !== 'ON')
    throw Object.assign(new Error('the node is not ready'), { code: 'ER_UNKNOWN_COM_ERROR' });
  if (row?.readOnly !== 0) throw Object.assign(new Error('the server is read-only'), { code: 'ER_READ_ONLY_MODE' });
}

/** Gives what mysql2's pool says without a code a name. */
function named(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.message === 'Queue limit reached.') return Object.assign(error, { code: 'POOL_QUEUE_FULL' });
  if (error.message === 'Pool is closed.') return Object.assign(error, { code: 'POOL_CLOSED' });
  return error;
}
