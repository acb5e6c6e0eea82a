import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../folder.ts';
import { program } from '../tools/tools.ts';
import { asService } from './as-service.ts';
import { retryTakenPort, startInBackground } from './background.ts';
import { inNetwork } from './front.ts';
import type { Front, FrontOptions, Site } from './front.ts';
import { accepts, freePort } from './ports.ts';

/** Starts a Caddy of our own with caddy/Caddyfile, on 127.0.0.1. */
export async function startCaddy(options: FrontOptions): Promise<Front> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  return retryTakenPort(async () => {
    const port = options.port ?? (await freePort());
    const accepting = options.network?.accepts ?? accepts;
    const command = caddyCommand({ ...options, port, bind: ['127.0.0.1'] });
    const server = await startInBackground({
      name: 'Caddy',
      ...inNetwork(options.network, asService('caddy', command.program, command.arguments)),
      environment: command.environment,
      folder: options.folder,
      answers: () => accepting(port),
    });
    return Object.assign(server, { port, accessLog: accessLogIn(options.folder) });
  });
}

/** How to run Caddy: for a test in the background, for `npm start` under the process runner. */
export function caddyCommand(options: FrontOptions & { port: number; bind: readonly string[] }): {
  program: string;
  arguments: string[];
  environment: Record<string, string>;
} {
  return {
    program: program('caddy'),
    arguments: ['run', '--config', join(checkout, 'caddy/Caddyfile')],
    environment: {
      ...siteOf(options),
      KINGBUS_BIND: options.bind.join(' '),
      KINGBUS_HTTP_UPSTREAMS: options.httpUpstreams.join(' '),
      KINGBUS_HTTP_HEALTH: options.httpUpstreams.length > 1 ? 'checked' : 'unchecked',
      KINGBUS_CHAT_HEALTH: options.chatUpstreams.length > 1 ? 'checked' : 'unchecked',
      KINGBUS_CHAT_UPSTREAMS: options.chatUpstreams.join(' '),
      KINGBUS_ACCESS_LOG: `file "${accessLogIn(options.folder)}"`,
      KINGBUS_CADDY_LOG_LEVEL: 'ERROR',
      ...(options.bodySeconds !== undefined && { KINGBUS_BODY_TIMEOUT: `${options.bodySeconds}s` }),
      ...(options.adminSocket !== undefined && { KINGBUS_CADDY_ADMIN: `unix/${options.adminSocket}` }),
      // Caddy keeps its last settings and its certificates under these, else in the home folder.
      XDG_CONFIG_HOME: options.folder,
      XDG_DATA_HOME: options.folder,
    },
  };
}

function siteOf({ port, site }: FrontOptions & { port: number }): Record<string, string> {
  if (site === undefined) return { KINGBUS_SITE: `http://:${port}` };
  return {
    KINGBUS_SITE: site.host,
    KINGBUS_TLS: wordsOf(site.tls),
    KINGBUS_HTTP_PORT: String(site.plainPort),
    KINGBUS_HTTPS_PORT: String(port),
  };
}

function wordsOf(tls: Site['tls']): string {
  return 'key' in tls ? `tls ${tls.certificate} ${tls.key}` : `import acme ${tls.directory} ${tls.root}`;
}

function accessLogIn(folder: string): string {
  return join(folder, 'access.log');
}
