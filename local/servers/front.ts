import type { BackgroundServer } from './background.ts';

/** As in production: a site of its own name with its own certificate, and a port that only leads there. */
export type Site = {
  host: string;
  /** One that one brings, as PEM files; or an issuer that is asked for it. */
  tls: { certificate: string; key: string } | Issuer;
  /** Where it redirects from, on 127.0.0.1. */
  plainPort: number;
};

/** An issuer that speaks ACME. */
export type Issuer = {
  /** The address of its directory. */
  directory: string;
  /** A PEM file with whom to trust there. */
  root: string;
};

/** A network that is not ours. */
export type Network = {
  /** What stands before a command that is to run there. */
  enter: readonly string[];
  /** Whether something accepts connections on a port of its 127.0.0.1. */
  accepts: (port: number) => Promise<boolean>;
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
  /** Where it runs, if not in our own network. */
  network?: Network;
};

/** A server of the kind that stands between the network and our processes. */
export type Front = BackgroundServer & {
  readonly port: number;
  /** The file that it writes a line into after each request. */
  readonly accessLog: string;
};

/** The command of a server, where it is to run. */
export const inNetwork = (
  { enter }: Pick<Network, 'enter'> = { enter: [] },
  command: { program: string; arguments: string[] },
): { program: string; arguments: string[] } => {
  const [program = command.program, ...words] = [...enter, command.program, ...command.arguments];
  return { program, arguments: words };
};
