/** How the database is used; see `connect`. */
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
  /** In place of the password of the URL; the second is tried where the first is refused, so that one can follow the other. */
  passwords?: readonly string[] | undefined;
  /** Certificates of the authorities that may vouch for the server, as PEM, where the URL names a file of them (`sslCa`). */
  ca?: string | undefined;
  /** How often a host that failed is asked whether it is well again, in milliseconds: 1 s. */
  probeMs?: number;
  /** Sees every statement's text and values. Tests use it to `EXPLAIN` what ran. */
  observe?: (sql: string, params: readonly unknown[]) => void;
}
