import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { Client, refusal } from '../support/clients/client.ts';
import { describeOutages, notReady, outageIn } from '../support/db/outage-table.ts';
import { firstOf } from '../support/everywhere.ts';
import { password } from '../support/people/people.ts';
import { Authority } from '../support/servers/certificates.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startOwnMariaDb } from '../support/servers/own-mariadb.ts';
import { startProduct } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

const { runFolder } = testSettings();

async function start(databaseUrl: string, until: 'ready' | 'listening' = 'ready') {
  const logFile = join(runFolder, `database-outages-${until}.log`);
  const environment = productEnvironment(databaseUrl);
  const { origin, stop } = await startProduct('adapters/node/single.ts', environment, logFile, { until });
  const logged = () =>
    readFileSync(logFile, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { origin, stop, logged };
}

describeOutages('Node', runFolder, start);

const withUrl = (change: Partial<URL>) => async () => ({
  url: Object.assign(new URL(inject('databaseUrl')), change).href,
  end: async () => {},
});

/** A server over TLS, for whoever trusts another authority than its own. */
async function distrusted() {
  const folder = mkdtempSync(join(runFolder, 'distrusted-'));
  const [ours, another] = [new Authority(folder, 'ours'), new Authority(folder, 'another')];
  const server = await startOwnMariaDb(ours.vouchFor('localhost'));
  const search = `?ssl=verify-identity&sslCa=${encodeURIComponent(another.certificate)}`;
  return { url: Object.assign(new URL(server.url), { hostname: 'localhost', search }).href, end: () => server.stop() };
}

describe('on Node, a database whose address is wrong from the start', () => {
  it.each(
    firstOf(1, [
      ['of an unknown host', 'unreachable', withUrl({ hostname: 'nowhere.invalid' })],
      ['of a port where nobody listens', 'unreachable', withUrl({ port: '1' })],
      ['with a name that no database has', 'access', withUrl({ pathname: '/kingbus_elsewhere' })],
      ['of a server whose certificate is of another authority', 'tls', distrusted],
    ] as const),
  )('is an outage: %s (%s)', async (_what, kind, address) => {
    const { url, end } = await address();
    const product = await start(url, 'listening');
    try {
      const client = new Client(undefined, product.origin);
      const answer = await client.post('/v1/sessions', { username: 'nobody', password });
      expect(answer).toMatchObject(refusal(503, 'unavailable'));
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect((await client.get('/readyz')).status).toBe(503);
      await expect.poll(() => product.logged().filter(notReady()).map(outageIn)).toEqual([kind]);
      expect(JSON.stringify(product.logged())).not.toContain(new URL(url).password);
    } finally {
      expect(await product.stop()).toBe(0);
      await end();
    }
  });
});
