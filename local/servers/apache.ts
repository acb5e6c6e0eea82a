import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '../folder.ts';
import { Problem } from '../problem.ts';
import { program } from '../tools/tools.ts';
import { asService } from './as-service.ts';
import { type BackgroundServer, retryTakenPort, startInBackground } from './background.ts';
import { inNetwork } from './front.ts';
import type { Front, FrontOptions, Site } from './front.ts';
import { accepts, freePort } from './ports.ts';

// Debian's first, then where other systems put them.
const moduleFolders = [
  '/usr/lib/apache2/modules',
  '/usr/lib64/httpd/modules',
  '/opt/homebrew/opt/httpd/lib/httpd/modules',
];

const modules = [
  'mpm_event',
  'authz_core',
  'log_config',
  'unixd',
  'headers',
  'rewrite',
  'filter',
  'deflate',
  'reqtimeout',
  'slotmem_shm',
  'watchdog',
  'proxy',
  'unique_id',
  'proxy_http',
  'proxy_balancer',
  'proxy_hcheck',
  'lbmethod_bybusyness',
  'macro',
  'socache_shmcb',
  'ssl',
  'http2',
];

/** The file by which an Apache of ours in this folder says that its issuer has given it a certificate, which its next reload takes up. */
export const newsOf = (folder: string): string => join(folder, 'news', 'renewed');

/** Starts an Apache of our own with caddy/apache/kingbus.conf, on 127.0.0.1. */
export async function startApache(options: FrontOptions): Promise<Front> {
  const { folder, httpUpstreams, chatUpstreams } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return retryTakenPort(async () => {
    const port = options.port ?? (await freePort());
    const accepting = options.network?.accepts ?? accepts;
    const accessLog = join(folder, 'access.log');
    const file = join(folder, 'httpd.conf');
    const processes = join(folder, 'processes.conf');
    const lines = [
      ...httpUpstreams.map((address) => `Use KingBusHttp ${address}`),
      ...chatUpstreams.map((address) => `Use KingBusChat ${address}`),
    ];
    writeFileSync(processes, `${lines.join('\n')}\n`);
    writeFileSync(
      file,
      [
        `ServerRoot "${folder}"`,
        `DefaultRuntimeDir "${folder}"`,
        `PidFile "${join(folder, 'httpd.pid')}"`,
        ...loadModules([...modules, ...(options.site !== undefined && 'directory' in options.site.tls ? ['md'] : [])]),
        `Listen 127.0.0.1:${port}`,
        'ServerName localhost',
        ...(process.getuid?.() === 0 ? ['User nobody', 'Group #65534'] : []),
        'ErrorLog /dev/stderr',
        ...(options.bodySeconds === undefined
          ? []
          : [`Define KINGBUS_BODY_TIMEOUT ${options.bodySeconds}-${options.bodySeconds + 1}`]),
        `Define KINGBUS_FOLDER "${checkout}"`,
        ...(httpUpstreams.length > 1 ? ['Define KINGBUS_SEVERAL_HTTP'] : []),
        ...(chatUpstreams.length > 1 ? ['Define KINGBUS_SEVERAL_CHAT'] : []),
        ...(options.site === undefined
          ? plainSite(port, processes, accessLog)
          : site(options.site, folder, port, processes, accessLog)),
        '',
      ].join('\n'),
    );
    const server: BackgroundServer = await startInBackground({
      name: 'Apache',
      ...inNetwork(options.network, asService('apache2', program('apache2', 'httpd'), ['-f', file, '-DFOREGROUND'])),
      folder,
      answers: () => accepting(port),
    });
    return Object.assign(server, { port, accessLog });
  });
}

function plainSite(port: number, processes: string, accessLog: string): string[] {
  return [
    `Include "${join(checkout, 'caddy/apache/server.conf')}"`,
    `<VirtualHost 127.0.0.1:${port}>`,
    `Include "${join(checkout, 'caddy/apache/kingbus.conf')}"`,
    `Include "${processes}"`,
    `CustomLog "${accessLog}" kingbus`,
    '</VirtualHost>',
  ];
}

/** The site of production, caddy/apache/site.conf. */
function site(
  { host, tls, plainPort }: Site,
  folder: string,
  port: number,
  processes: string,
  accessLog: string,
): string[] {
  return [
    `Listen 127.0.0.1:${plainPort}`,
    `Define KINGBUS_HOST ${host}`,
    `Define KINGBUS_PROCESSES "${processes}"`,
    ...certificateOf(tls, folder),
    `Define KINGBUS_HTTP_PORT ${plainPort}`,
    `Define KINGBUS_HTTPS_PORT ${port}`,
    `Define KINGBUS_ACCESS_LOG "${accessLog}"`,
    `Include "${join(checkout, 'caddy/apache/site.conf')}"`,
  ];
}

function certificateOf(tls: Site['tls'], folder: string): string[] {
  if ('key' in tls) {
    return [`Define KINGBUS_CERTIFICATE "${tls.certificate}"`, `Define KINGBUS_CERTIFICATE_KEY "${tls.key}"`];
  }
  const news = newsOf(folder);
  mkdirSync(dirname(news), { recursive: true });
  // Its workers are another user.
  chmodSync(dirname(news), 0o777);
  return [
    'Define KINGBUS_ACME',
    `Define KINGBUS_ACME_SERVER ${tls.directory}`,
    `Define KINGBUS_ACME_CA "${tls.root}"`,
    `Define KINGBUS_ACME_STORE "${join(folder, 'md')}"`,
    `Define KINGBUS_ACME_NEWS "${news}"`,
  ];
}

function loadModules(names: readonly string[]): string[] {
  const folder = moduleFolders.find((candidate) => existsSync(candidate));
  if (folder === undefined) throw new Problem(`Apache's modules are in none of ${moduleFolders.join(', ')}.`);
  return (
    names
      .map((name) => ({ name, file: join(folder, `mod_${name}.so`) }))
      // A module that is compiled in has no file.
      .filter(({ file }) => existsSync(file))
      .map(({ name, file }) => `LoadModule ${name}_module "${file}"`)
  );
}
