import type { Ports } from '../ports.ts';
import type { Principal } from '../identity/principal.ts';
import type { Trace } from '../tracing/trace.ts';

/** What an adapter hands in with each request. */
export interface Bindings {
  ports: Ports;
  /** The client's address as the adapter trusts it; limits count by it. */
  address: string;
  /** The process has been told to end: whoever balances should send callers elsewhere. */
  stopping?: boolean;
}

/** The Hono environment of every route. */
export interface Env {
  Bindings: Bindings;
  Variables: {
    /** The ports of this request: `db` writes into its query log. */
    ports: Ports;
    /** On `/ws`: who was admitted at the upgrade; undefined where an `auth` frame will say. */
    admitted: Principal | undefined;
    requestId: string;
    /** What every answer says, whatever it is. */
    commonHeaders: Readonly<Record<string, string>>;
    /** The answer was made with them. */
    hasCommonHeaders: true | undefined;
    /** A cookie goes with the answer. */
    setsCookie: true | undefined;
    /** Where the request is traced. */
    trace: Trace | undefined;
  };
}
