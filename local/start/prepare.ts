import { join } from 'node:path';
import { takeFolder } from '../folder.ts';
import { Problem } from '../problem.ts';
import { stopLeftover } from '../servers/leftovers.ts';
import { ensureSigningKey } from '../signing-key.ts';
import { installTools, inWords, type Tool, titleOf } from '../tools/tools.ts';
import { checkPort } from './check-port.ts';
import { runOnce } from './run-once.ts';
import { openDatabase, openRedis } from './stores.ts';
import type { Run } from './until-stopped.ts';

/** Where the running processes of a data folder are noted. */
export const notesIn = (home: string): string => join(home, 'processes');

/**
 * Takes the data folder, ends what a killed start left running in it, and sees that the port is free.
 *
 * @returns the addresses of KINGBUS_BIND that this machine has
 */
export async function takeHome({ settings: { home, port, bind }, cleanup }: Run): Promise<string[]> {
  const release = takeFolder(
    home,
    (pid) =>
      `KingBus runs already from ${home}: process ${pid}. Stop it with Ctrl-C in its terminal (or kill ${pid}), ` +
      'or start a second one: KINGBUS_HOME=.kingbus-2 KINGBUS_PORT=8090 npm start.',
  );
  cleanup.add(release);
  for (const name of ['front', 'http', 'chat-1', 'chat-2', 'kingbus', 'edge']) {
    await stopLeftover(join(notesIn(home), name));
  }
  return checkPort(port, bind);
}

/**
 * Installs what is missing of MariaDB, Redis and, if wanted, Caddy.
 *
 * @returns which of the two that one can do without are there
 */
export async function bringTools(
  { settings, say }: Run,
  wanted: { caddy: boolean },
): Promise<{ redis: boolean; caddy: boolean }> {
  const tools: Tool[] = [];
  if (settings.databaseUrl === undefined) tools.push('mariadb');
  if (settings.redisUrl === undefined && !settings.without.redis) tools.push('redis');
  if (wanted.caddy && !settings.without.caddy) tools.push('caddy');
  const { missing, advice } = await installTools(tools, say);
  if (missing.includes('mariadb')) {
    throw new Problem(
      `MariaDB is missing on this machine. ${advice} Or name one that you already run: ` +
        'DATABASE_URL=mysql://user:password@host:3306/kingbus npm start (10.11 or later).',
    );
  }
  if (missing.length > 0) say(`${inWords(missing.map(titleOf))} cannot be had here. ${advice}`);
  return {
    redis: !settings.without.redis && !missing.includes('redis'),
    caddy: wanted.caddy && !settings.without.caddy && !missing.includes('caddy'),
  };
}

/**
 * Starts the stores, and brings key, schema and demo data to where the product can start.
 *
 * @returns the settings of a Node process of the product
 */
export async function prepareStores(
  { settings, cleanup, say, goOn }: Run,
  has: { redis: boolean },
): Promise<Record<'KINGBUS_PUBLIC_ORIGIN' | 'KINGBUS_KEYS' | 'KINGBUS_FILES' | 'DATABASE_URL' | 'REDIS_URL', string>> {
  const { home } = settings;
  say('Starting MariaDB' + (has.redis ? ' and Redis …' : ' …'));
  const environment = {
    KINGBUS_PUBLIC_ORIGIN: settings.publicOrigin,
    KINGBUS_KEYS: join(home, 'keys'),
    KINGBUS_FILES: join(home, 'files'),
    DATABASE_URL: await openDatabase(home, settings.databaseUrl, cleanup),
    REDIS_URL: has.redis ? await openRedis(home, settings.redisUrl, cleanup) : '',
  };
  await ensureSigningKey(environment.KINGBUS_KEYS);
  goOn();
  say('Bringing the database up to date …');
  await runOnce('adapters/node/cli.ts migrate', 'The migration', environment);
  goOn();
  await runOnce('local/demo-data.ts', 'Loading the demo data', environment);
  goOn();
  return environment;
}
