import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { startMariaDb } from '../../../local/servers/mariadb.ts';
import type { Certificate } from './certificates.ts';

export interface OwnMariaDb {
  /** As a user who may do anything on the server. */
  url: string;
  run(statement: string): Promise<void>;
  stop(): Promise<void>;
}

/** A MariaDB for one test file, durable as in production, on which users can be made; over TLS too, for who gives a certificate. */
export async function startOwnMariaDb({ certificate, key }: Partial<Certificate> = {}): Promise<OwnMariaDb> {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-own-mariadb-'));
  const server = await startMariaDb({
    folder,
    bufferPool: 64,
    settings: certificate !== undefined && key !== undefined ? [`--ssl-cert=${certificate}`, `--ssl-key=${key}`] : [],
    statements: ["GRANT ALL PRIVILEGES ON *.* TO 'kingbus'@'127.0.0.1' WITH GRANT OPTION;"],
  });
  return {
    url: server.url,
    async run(statement) {
      const connection = await createConnection(server.url);
      try {
        await connection.query(statement);
      } finally {
        await connection.end();
      }
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
