import type { BackgroundServer } from './background.ts';

/** As in production: a site of its own name with its own certificate, and a port that only leads there. */
export type Site = {
  host: string;
  /** PEM files */
  certificate: string;
  key: string;
  /** Where it redirects from, on 127.0.0.1. */
  plainPort: number;
};

export type FrontOptions = {
  /** Where its settings and logs lie. Made if need be. */
  folder: string;
  /** host:port of each HTTP process */
  httpUpstreams: readonly string[];
  /** host:port of each chat process */
  chatUpstreams: readonly string[];
  /** How many seconds a body may take to arrive, if not the two minutes of its settings. */
  bodySeconds?: number;
  /** A free one on 127.0.0.1, if none is given. */
  port?: number;
  /** Where Caddy tells what it knows of the processes: the path of a socket. Apache has none. */
  adminSocket?: string;
  /** HTTPS; plain HTTP without it. */
  site?: Site;
};

/** A server of the kind that stands between the network and our processes. */
export type Front = BackgroundServer & {
  readonly port: number;
  /** The file that it writes a line into after each request. */
  readonly accessLog: string;
};
