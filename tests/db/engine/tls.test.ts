import { sql } from 'drizzle-orm';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDatabase } from '../../../adapters/node/migrate-database.ts';
import { openDatabase } from '../../../adapters/node/open-database.ts';
import { databaseErrorCode, outageOf } from '../../../db/engine/database-error.ts';
import { startMariaDb } from '../../../local/servers/mariadb.ts';
import type { MariaDb } from '../../../local/servers/mariadb.ts';
import { Authority } from '../../support/servers/certificates.ts';
import type { Certificate } from '../../support/servers/certificates.ts';
import { testSettings } from '../../support/servers/settings.ts';

const folder = mkdtempSync(join(testSettings().runFolder, 'tls-'));
const ours = new Authority(folder, 'ours');
const another = new Authority(folder, 'another');
let server: MariaDb;

/** Starts the server with a certificate, for a user that has to come by TLS. */
async function serveWith({ certificate, key }: Certificate): Promise<void> {
  await server?.stop();
  server = await startMariaDb({
    folder: join(folder, 'mariadb'),
    durable: false,
    bufferPool: 32,
    settings: [`--ssl-cert=${certificate}`, `--ssl-key=${key}`],
    statements: [
      "CREATE USER IF NOT EXISTS 'secure'@'127.0.0.1' IDENTIFIED BY 'secret' REQUIRE SSL;",
      "GRANT ALL PRIVILEGES ON `kingbus`.* TO 'secure'@'127.0.0.1';",
    ],
  });
}

const urlTo = (host: string, authority: Authority, extra = '') =>
  `mysql://secure:secret@${host}:${server.port}${extra}/kingbus?ssl=verify-identity&sslCa=${encodeURIComponent(authority.certificate)}`;

async function failureOf(url: string): Promise<unknown> {
  const db = openDatabase({ url }, { connections: 1 });
  try {
    const [rows] = await db.execute(sql`show status like 'Ssl_version'`);
    expect(rows).toEqual([{ Variable_name: 'Ssl_version', Value: expect.stringMatching(/^TLSv1\.[23]$/u) }]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await db.$client.close();
  }
}

afterAll(() => server?.stop());

describe('TLS to MariaDB', () => {
  describe('whose certificate is for the name that was asked for', () => {
    beforeAll(() => serveWith(ours.vouchFor('localhost')));

    it('is spoken, where the authority is known', async () => {
      expect(await failureOf(urlTo('localhost', ours))).toBeUndefined();
    });

    it('is spoken by migrations too', () => migrateDatabase(urlTo('localhost', ours)));

    it.each([['of another authority', another]] as const)('is an outage, where it is %s', async (_name, authority) => {
      const failure = await failureOf(urlTo('localhost', authority));
      expect([outageOf(failure), databaseErrorCode(failure)]).toEqual(['tls', 'HANDSHAKE_SSL_ERROR']);
    });

    it('is an outage, where nobody said which authority to trust', async () => {
      const failure = await failureOf(urlTo('localhost', ours).replace(/&sslCa=.*/u, ''));
      expect(outageOf(failure)).toBe('tls');
    });

    it('is asked for by the server, which refuses whoever comes without', async () => {
      expect(outageOf(await failureOf(urlTo('127.0.0.1', ours).replace(/\?.*/u, '')))).toBe('access');
    });

    it('is refused at once where the file of authorities is not there', () => {
      const url = urlTo('localhost', ours).replace(/sslCa=.*/u, 'sslCa=/nowhere/ca.pem');
      expect(() => openDatabase({ url }, { connections: 1 })).toThrow('ENOENT');
    });
  });

  it.each([
    ['for another name', () => ours.vouchFor('elsewhere.test')],
    ['no longer good', () => ours.vouchFor('localhost', { expired: true })],
  ])('is an outage where the certificate is %s', async (_name, certificate) => {
    await serveWith(certificate());
    const failure = await failureOf(urlTo('localhost', ours));
    expect([outageOf(failure), databaseErrorCode(failure)]).toEqual(['tls', 'HANDSHAKE_SSL_ERROR']);
    expect(readFileSync(ours.certificate, 'utf8')).toContain('BEGIN CERTIFICATE');
  });

  it('is an outage where the server speaks none', async () => {
    await server.stop();
    server = await startMariaDb({ folder: join(folder, 'plain'), durable: false, bufferPool: 32 });
    expect(outageOf(await failureOf(urlTo('localhost', ours)))).toBe('tls');
  });
});
