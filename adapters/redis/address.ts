/** Where Redis is, as REDIS_URL says it. */
export type RedisAddress =
  | { kind: 'server'; url: string }
  | ({ kind: 'cluster'; nodes: Endpoint[] } & Access)
  | ({ kind: 'sentinel'; sentinels: Endpoint[]; name: string } & Access);

export interface Endpoint {
  host: string;
  port: number;
}

interface Access {
  username?: string;
  password?: string;
  tls: boolean;
}

const several =
  /^redis(?<tls>s?)\+(?<kind>cluster|sentinel):\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^@/?#]+)\/?(?:\?(?<query>.*))?$/u;

/**
 * Reads `redis://` and `rediss://` (one server), `redis+cluster://host:port,host:port` (some nodes of a cluster; the others
 * are found) and `redis+sentinel://host:port,host:port?name=mymaster`; with `rediss+` over TLS. Before the hosts may stand
 * `user:password@`, percent-encoded, which is for the servers, not for the sentinels. Undefined where it is none of these.
 */
export function parseRedisUrl(url: string): RedisAddress | undefined {
  if (/^rediss?:/u.test(url)) return URL.canParse(url) ? { kind: 'server', url } : undefined;
  const parts = several.exec(url)?.groups;
  if (parts === undefined) return undefined;
  const endpoints = (parts['hosts'] ?? '').split(',').map(endpointOf);
  if (!endpoints.every((each) => each !== undefined)) return undefined;
  const [username, password] = [decoded(parts['user']), decoded(parts['password'])];
  if (username === undefined || password === undefined) return undefined;
  const access: Access = { tls: parts['tls'] === 's', ...(username && { username }), ...(password && { password }) };
  if (parts['kind'] === 'cluster') return { kind: 'cluster', nodes: endpoints, ...access };
  const name = new URLSearchParams(parts['query']).get('name');
  return name ? { kind: 'sentinel', sentinels: endpoints, name, ...access } : undefined;
}

/** `host:port`; an IPv6 address stands in brackets. */
function endpointOf(text: string): Endpoint | undefined {
  const { host = '', port = '' } = /^(?<host>\[[^\]]+\]|[^:[\]]+):(?<port>\d{1,5})$/u.exec(text.trim())?.groups ?? {};
  return host === '' ? undefined : { host: host.replaceAll(/[[\]]/gu, ''), port: Number(port) };
}

/** The text behind percent signs; undefined where they make none. */
function decoded(text = ''): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
