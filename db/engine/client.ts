import type { MySql2Database } from 'drizzle-orm/mysql2';
import type { QueryOptions } from 'mysql2';
import type { Answer } from './ask.ts';
import type { QueryLog } from './query-log.ts';

/** What `db/` needs of a MariaDB driver: the part of mysql2 that Drizzle calls, and leases for transactions. */
export interface SqlClient {
  query(query: string | QueryOptions, params?: unknown[]): Promise<Answer>;
  /** The database is a cluster: where one host fails, another may do what was asked. */
  readonly hasSeveralHosts: boolean;
  /** One connection for the caller alone, until `release`; `discard` when its state is unknown. */
  lease(): Promise<Lease>;
  /** The same connections, with every statement written into `log`. */
  withLog(log: QueryLog): Database;
  /** Connections in use, and callers that wait for one. */
  load(): { busy: number; waiting: number };
  /** From now on connections end as soon as none is in use, so that whoever still asks holds none for longer. */
  closeWhenIdle(): Promise<void>;
  /** Waits for what runs, then closes every connection. */
  close(): Promise<void>;
}

export interface Lease {
  tx: Transaction;
  release(): void;
  discard(): void;
  /** What ran on this connection was undone and runs again: it counts against no query budget. */
  uncount(): void;
}

declare const inTransaction: unique symbol;

/** Drizzle over one MariaDB, wherever its statements run: what a read takes, which may run in a transaction or not. */
export type Sql = Omit<MySql2Database, 'transaction'> & { $client: SqlClient };

/** Outside of any transaction: each statement stands for itself, on whichever connection is free. */
export type Database = Sql & { readonly [inTransaction]?: never };

/**
 * Inside a transaction. `transaction()` is the only way to one, and takes none itself, so that none nests: what must run in a
 * transaction asks for this type, and what locks a row does.
 */
export type Transaction = Sql & { readonly [inTransaction]: true };
