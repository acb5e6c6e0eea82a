import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkout } from '../folder.ts';
import type { ProcessPlan } from '../processes.ts';
import { quietWrangler } from '../wrangler.ts';
import { readableEdge } from './edge-output.ts';
import type { Settings } from './settings.ts';

/**
 * The Worker under `wrangler dev`, on the port that people open.
 *
 * @param bind the addresses to listen on; wrangler takes one, so it is the first of IPv4
 * @param environment the settings of a Node process, which become the Worker's bindings
 */
export function planEdge(
  { home, port }: Settings,
  bind: readonly string[],
  environment: Record<'KINGBUS_PUBLIC_ORIGIN' | 'KINGBUS_KEYS' | 'DATABASE_URL' | 'REDIS_URL', string>,
): ProcessPlan {
  const folder = join(home, 'edge');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secrets = join(folder, 'secrets');
  writeFileSync(
    secrets,
    [
      `KINGBUS_PUBLIC_ORIGIN='${environment.KINGBUS_PUBLIC_ORIGIN}'`,
      `KINGBUS_KEYS_JSON='${keysJson(environment.KINGBUS_KEYS)}'`,
      `REDIS_URL='${environment.REDIS_URL}'`,
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  const host = bind.find((address) => !address.startsWith('[')) ?? '127.0.0.1';
  const address = `http://${host.replace('0.0.0.0', '127.0.0.1')}:${port}`;
  return {
    name: 'edge',
    program: process.execPath,
    arguments: [
      createRequire(import.meta.url).resolve('wrangler'),
      'dev',
      '--local',
      `--config=${join(checkout, 'adapters/edge/wrangler.jsonc')}`,
      '--env=',
      `--env-file=${secrets}`,
      `--ip=${host}`,
      `--port=${port}`,
      '--inspector-port=0',
      `--persist-to=${join(folder, 'state')}`,
      '--log-level=info',
      '--show-interactive-dev-session=false',
    ],
    environment: {
      ...quietWrangler(environment.DATABASE_URL),
      WRANGLER_REGISTRY_PATH: join(folder, 'registry'),
      XDG_CONFIG_HOME: join(folder, 'config'),
    },
    readyUrl: `${address}/readyz`,
    // wrangler starts a workerd again that ended, but one of its two then lets every request wait for ever.
    aliveUrl: `${address}/healthz`,
    readable: () => readableEdge({ colour: process.stdout.isTTY }),
  };
}

/** The private keys of a directory as the secret that the Worker takes: a JSON array, the last one signs. */
export function keysJson(directory: string): string {
  const names = readdirSync(directory).filter((name) => name.endsWith('.jwk'));
  const keys = names.toSorted().map((name) => readFileSync(join(directory, name), 'utf8').trim());
  return `[${keys.join()}]`;
}
