import { join, resolve } from 'node:path';
import { checkout } from '../folder.ts';
import { Problem } from '../problem.ts';

export type Settings = {
  /** The private data folder. */
  home: string;
  /** Where people reach the product, on this machine. */
  port: number;
  /** The addresses to listen on. */
  bind: readonly string[];
  publicOrigin: string;
  /** Servers that run already and are to be used instead of private ones. */
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** To try what happens on a machine that lacks them. */
  without: { redis: boolean; caddy: boolean };
};

/** Reads what `npm start` takes from its environment. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = (name: string) => environment[name] || undefined;
  const port = Number(given('KINGBUS_PORT') ?? 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Problem(`KINGBUS_PORT is ${given('KINGBUS_PORT')}: it must be a number from 1 to 65535.`);
  }
  const without = (given('KINGBUS_WITHOUT') ?? '').split(',').map((word) => word.trim());
  const stranger = without.find((word) => word !== '' && word !== 'redis' && word !== 'caddy');
  if (stranger !== undefined) throw new Problem(`KINGBUS_WITHOUT knows redis and caddy, not ${stranger}.`);
  return {
    home: resolve(given('KINGBUS_HOME') ?? join(checkout, '.kingbus')),
    port,
    // This machine only: the demo passwords are public.
    bind: (given('KINGBUS_BIND') ?? '127.0.0.1 [::1]').split(/\s+/),
    publicOrigin: given('KINGBUS_PUBLIC_ORIGIN') ?? `http://localhost:${port}`,
    databaseUrl: given('DATABASE_URL'),
    redisUrl: given('REDIS_URL'),
    without: { redis: without.includes('redis'), caddy: without.includes('caddy') },
  };
}
