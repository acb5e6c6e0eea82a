import { connect } from '../../db/engine/connect.ts';
import type { Database } from '../../db/engine/client.ts';

/** How long a Durable Object keeps a database connection that nobody uses, in milliseconds: an open one keeps it awake. */
const idleTimeoutMs = 500;

/** MariaDB for one request, through Hyperdrive, which keeps the real connections: its statements follow each other, so one will do. */
export const connectForRequest = (url: string): Database => connect(url, { connections: 1, disableEval: true });

/** MariaDB for a Durable Object, which lives on between requests: a connection ends soon after its last statement. */
export const connectForObject = (url: string, connections: number): Database =>
  connect(url, { connections, disableEval: true, idleTimeoutMs: idleTimeoutMs });
