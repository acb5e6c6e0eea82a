/** Where MariaDB is, as DATABASE_URL says it. */
export interface DatabaseAddress {
  /** One server, or the nodes of a cluster: the first that can be used is used. */
  hosts: readonly { host: string; port: number }[];
  user: string;
  password: string;
  database: string;
  /** The server has to show a certificate for its name; by an authority of its own where `caFile` names one. */
  tls: { caFile: string | undefined } | undefined;
}

/** For whoever has to be told that theirs is none. */
export const databaseUrlForm =
  'expected mysql://user:password@host:port,host:port/database, and after it nothing, or ?ssl=verify-identity with or without &sslCa=/path (then each host is a name)';

const form =
  /^(?:mysql|mariadb):\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^@/?#]+)\/(?<database>[^/?#]*)(?:\?(?<query>[^#]*))?$/u;

/**
 * Reads `mysql://user:password@host:3306,host:3306/database`; user, password and database percent-encoded, the port 3306 unless one
 * is given. `?ssl=verify-identity` asks for TLS and a certificate for the host's name (so that it must have one: an address is
 * refused), of a public authority or of those in the file `sslCa`. Undefined where it is nothing of the kind, or says more.
 */
export function parseDatabaseUrl(url: string): DatabaseAddress | undefined {
  const parts = form.exec(url)?.groups;
  if (parts === undefined) return undefined;
  const hosts = (parts['hosts'] ?? '').split(',').map(hostOf);
  const [user, password, database] = [parts['user'], parts['password'], parts['database']].map(decoded);
  const query = new URLSearchParams(parts['query']);
  const tls = tlsOf(query);
  if (!hosts.every((each) => each !== undefined) || tls === 'unknown') return undefined;
  if (user === undefined || password === undefined || database === undefined) return undefined;
  if (tls !== undefined && hosts.some(({ host }) => isAddress(host))) return undefined;
  return { hosts, user, password, database, tls };
}

function hostOf(text: string): { host: string; port: number } | undefined {
  const { host = '', port = '3306' } = /^(?<host>\[[^\]]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/u.exec(text)?.groups ?? {};
  return host === '' ? undefined : { host: host.replaceAll(/[[\]]/gu, ''), port: Number(port) };
}

function tlsOf(query: URLSearchParams): DatabaseAddress['tls'] | 'unknown' {
  if ([...query.keys()].some((name) => name !== 'ssl' && name !== 'sslCa')) return 'unknown';
  if (!query.has('ssl') && !query.has('sslCa')) return undefined;
  return query.get('ssl') === 'verify-identity' ? { caFile: query.get('sslCa') ?? undefined } : 'unknown';
}

/** No name, which a certificate could be for. */
const isAddress = (host: string): boolean => host.includes(':') || /^[\d.]+$/u.test(host);

/** The text behind percent signs; undefined where they make none. */
function decoded(text = ''): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
