import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../tools/tools.ts';
import { startInBackground } from './background.ts';
import type { BackgroundServer } from './background.ts';
import { inNetwork } from './front.ts';
import type { Issuer, Network } from './front.ts';

/** The name of an issuer of ours, which its network has to know. */
export const issuerName = 'ca.test';

/**
 * Starts an issuer that speaks ACME: Caddy's own. It visits a site under its name, at port 80 or 443, as every issuer does, and so
 * runs where those are the site's.
 *
 * @param folder its own, which a front that asks it reads the root from
 */
export async function startIssuer(folder: string, network: Network): Promise<Issuer & BackgroundServer> {
  const port = 14_000;
  const file = join(folder, 'Caddyfile');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, caddyfile(port));
  const server = await startInBackground({
    name: 'the issuer',
    ...inNetwork(network, { program: program('caddy'), arguments: ['run', '--config', file] }),
    environment: { XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    folder,
    answers: () => network.accepts(port),
  });
  const root = join(folder, 'caddy/pki/authorities/local/root.crt');
  return Object.assign(server, { directory: `https://${issuerName}:${port}/acme/local/directory`, root });
}

const caddyfile = (port: number) => `{
	admin off
	skip_install_trust
	auto_https disable_redirects
}
https://${issuerName}:${port} {
	tls internal
	acme_server
}
`;
