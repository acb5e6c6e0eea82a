import type { Environment } from './config.ts';

/**
 * What is wrong where people would not reach the Worker at the address that it tells them: an environment whose public origin no
 * route serves. A route is a host (`bus.your.domain`, a custom domain), or a pattern with a path, in which `*` stands for anything
 * (Cloudflare, "Routes").
 */
export function findUnservedOrigin({ vars, workers_dev, ...rest }: Environment): string[] {
  const said = vars['KINGBUS_PUBLIC_ORIGIN'];
  const origin = typeof said === 'string' ? URL.parse(said) : null;
  if (origin === null) return [];
  const patterns = [rest['route'], rest['routes']]
    .flat()
    .map(patternOf)
    .filter((pattern) => pattern !== '');
  if (patterns.some((pattern) => serves(pattern, origin.hostname))) return [];
  if (workers_dev === true && origin.hostname.endsWith('.workers.dev')) return [];
  const routes = patterns.length === 0 ? 'there is no route' : `the routes are ${patterns.join(', ')}`;
  return [`no route serves KINGBUS_PUBLIC_ORIGIN, ${origin.origin}: ${routes}.`];
}

/** The pattern of a route, which wrangler takes as text or as an object. */
export function patternOf(route: unknown): string {
  if (typeof route === 'object' && route !== null && 'pattern' in route) return String(route.pattern);
  return typeof route === 'string' ? route : '';
}

/** Whether every path of a host belongs to a route. */
function serves(pattern: string, host: string): boolean {
  const [name = '', ...path] = pattern.replace(/^https?:\/\//u, '').split('/');
  if (path.length > 0 && path.join('/') !== '*') return false;
  const source = name
    .split('*')
    .map((part) => RegExp.escape(part))
    .join('.*');
  return new RegExp(`^${source}$`, 'iu').test(host);
}
