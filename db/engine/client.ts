import type { MySql2Database } from 'drizzle-orm/mysql2';
import type { QueryOptions } from 'mysql2/promise';
import type { QueryLog } from './query-log.ts';

/** What `db/` needs of a MariaDB driver: the part of mysql2 that Drizzle calls, and leases for transactions. */
export interface SqlClient {
  query(query: string | QueryOptions, params?: unknown[]): Promise<[unknown, unknown]>;
  /** One connection for the caller alone, until `release`; `discard` when its state is unknown. */
  lease(): Promise<Lease>;
  /** The same connections, with every statement written into `log`. */
  withLog(log: QueryLog): Database;
  /** Connections in use, and callers that wait for one. */
  load(): { busy: number; waiting: number };
  /** From now on connections end as soon as none is in use, so that whoever still asks holds none for longer. */
  retire(): Promise<void>;
  /** Waits for what runs, then closes every connection. */
  close(): Promise<void>;
}

export interface Lease {
  db: Database;
  release(): void;
  discard(): void;
  /** What ran on this connection was undone and runs again: it counts against no query budget. */
  excuse(): void;
}

/** Drizzle over one MariaDB: pass it first to every function of `db/`. Transactions go through db/engine/transaction.ts. */
export type Database = Omit<MySql2Database, 'transaction'> & { $client: SqlClient };
