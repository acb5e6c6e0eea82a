import leven from 'leven';
import { secretNames } from './secrets.ts';

/**
 * Names of the house that other programs read, which may stand in the same environment file: the fronts (caddy/README.md). A test
 * holds this list to what they read.
 */
export const namesOfFronts: readonly string[] = [
  'KINGBUS_ACCESS_LOG',
  'KINGBUS_ACME',
  'KINGBUS_ACME_CA',
  'KINGBUS_ACME_NEWS',
  'KINGBUS_ACME_SERVER',
  'KINGBUS_ACME_STORE',
  'KINGBUS_BIND',
  'KINGBUS_BODY_TIMEOUT',
  'KINGBUS_CADDY_ADMIN',
  'KINGBUS_CADDY_LOG_LEVEL',
  'KINGBUS_CERTIFICATE',
  'KINGBUS_CERTIFICATE_KEY',
  'KINGBUS_CHAT_HEALTH',
  'KINGBUS_CHAT_MEMBER',
  'KINGBUS_CHAT_UPSTREAMS',
  'KINGBUS_FOLDER',
  'KINGBUS_HOST',
  'KINGBUS_HTTPS_PORT',
  'KINGBUS_HTTP_HEALTH',
  'KINGBUS_HTTP_MEMBER',
  'KINGBUS_HTTP_PORT',
  'KINGBUS_HTTP_UPSTREAMS',
  'KINGBUS_PROCESSES',
  'KINGBUS_SEVERAL_CHAT',
  'KINGBUS_SEVERAL_HTTP',
  'KINGBUS_SITE',
  'KINGBUS_TLS',
];

/**
 * Variables named `KINGBUS_…` that nobody reads, a line each: a setting that was misspelt would silently have its default. A name
 * that is near is suggested.
 *
 * @param ours the names of all settings
 */
export function findUnknownNames(environment: object, ours: readonly string[]): string[] {
  const files = secretNames.map((name) => `${name}_FILE`);
  const known = new Set([...ours, ...files, ...namesOfFronts]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('KINGBUS_') && !known.has(name))
    .map((name) => `${name}: there is no such setting${suggestion(name, known)}`);
}

function suggestion(name: string, known: ReadonlySet<string>): string {
  const withoutFile = name.replace(/_FILE$/u, '');
  if (known.has(withoutFile)) return `; only secrets come from files: set ${withoutFile}`;
  const [nearest] = [...known]
    .map((other) => ({ other, distance: leven(name, other) }))
    .filter(({ distance }) => distance <= 4)
    .sort((left, right) => left.distance - right.distance);
  return nearest === undefined ? '' : `; did you mean ${nearest.other}?`;
}
