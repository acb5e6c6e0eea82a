import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newsOf, startApache } from '../../local/servers/apache.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import type { Front, Issuer, Network } from '../../local/servers/front.ts';
import { issuerName, startIssuer } from '../../local/servers/issuer.ts';
import { connectTwoHosts } from '../deploy/support/two-hosts.ts';
import { namedNetwork } from '../deploy/support/named-network.ts';

const host = 'kingbus.test';

let folder: string;
let hosts: Awaited<ReturnType<typeof connectTwoHosts>>;
let network: Network;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let front: Front | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-acme-'));
  chmodSync(folder, 0o755);
  hosts = await connectTwoHosts();
  network = await namedNetwork(hosts.server.enter, folder, [issuerName, host]);
  const standIn = hosts.server.start(process.execPath, [join(import.meta.dirname, 'stand-in-process.ts'), '8081']);
  await once(standIn.stdout as NodeJS.ReadableStream, 'data');
  issuer = await startIssuer(join(folder, 'issuer'), network);
});
afterEach(async () => {
  await front?.stop();
  front = undefined;
  await issuer?.stop();
  await hosts?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a front that has an issuer to ask, and no certificate. */
async function start(how: typeof startCaddy, { directory, root }: Issuer): Promise<string> {
  const own = join(folder, 'front');
  // Apache's workers, who speak with the issuer, are another user.
  mkdirSync(own, { mode: 0o755 });
  const trusted = join(folder, 'root.pem');
  cpSync(root, trusted);
  chmodSync(trusted, 0o644);
  front = await how({
    folder: own,
    httpUpstreams: ['127.0.0.1:8081'],
    chatUpstreams: ['127.0.0.1:8081'],
    port: 443,
    site: { host, tls: { directory, root: trusted }, plainPort: 80 },
    network,
  });
  return own;
}

/** What a client gets that trusts this issuer alone: the status, or what is wrong with the certificate. */
const ask = async (): Promise<string> => {
  const script = join(import.meta.dirname, 'ask-secure.ts');
  return hosts.server.run(process.execPath, [script, host, join(folder, 'root.pem')]);
};

describe('a certificate of an issuer that speaks ACME', () => {
  test('is got by Caddy, and shown', async () => {
    await start(startCaddy, issuer);
    await expect.poll(ask, { timeout: 50_000 }).toBe('200 http');
  });

  test('is got by Apache, which says that it is new; from the next reload on it is shown', async () => {
    const own = await start(startApache, issuer);
    await expect.poll(() => existsSync(newsOf(own)), { timeout: 50_000 }).toBe(true);
    expect(await ask()).not.toMatch(/^\d/u);
    process.kill(Number(readFileSync(join(own, 'httpd.pid'), 'utf8')), 'SIGUSR1');
    await expect.poll(ask, { timeout: 20_000 }).toBe('200 http');
  });
});
