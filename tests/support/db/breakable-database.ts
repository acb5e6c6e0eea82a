import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { migrateDatabase } from '../../../adapters/node/migrate-database.ts';
import { startMariaDb } from '../../../local/servers/mariadb.ts';

/** A MariaDB of a test's own, which an admin of it may bring into any state. */
export interface BreakableDatabase {
  /** As the product sees it. */
  readonly url: string;
  /** Runs statements as somebody who may do anything; Gives the last one's rows. */
  admin(...statements: string[]): Promise<Record<string, unknown>[]>;
  /** Ends every connection of the product: what it opens next meets the state as it is now. */
  cutProduct(): Promise<void>;
  /** Takes all room that its tables have, to the last page. */
  fill(): Promise<void>;
  /** Starts it again with more room. */
  grow(): Promise<void>;
  /** Ends the server; then starts it again. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Takes the only connection that its user may have then; then gives it back, and lets it have as many as before. */
  crowd(): Promise<void>;
  uncrowd(): Promise<void>;
  stop(): Promise<void>;
}

/** The user of the product, as it stands in `grant` and `alter user`. */
export const product = "'kingbus'@'127.0.0.1'";

/** Starts one with the product's tables in it, which all lie in one file with a bound. */
export async function startBreakableDatabase(runFolder: string): Promise<BreakableDatabase> {
  const folder = mkdtempSync(join(runFolder, 'breakable-'));
  /** How large its tables may become together, in MiB: a disk that is soon full. */
  let room = 40;
  const start = (port?: number) =>
    startMariaDb({
      folder,
      ...(port !== undefined && { port }),
      durable: false,
      bufferPool: 32,
      settings: [
        '--innodb-file-per-table=0',
        `--innodb-data-file-path=ibdata1:12M:autoextend:max:${room}M`,
        // Only where it has a bound at the start can it be changed later.
        '--max-user-connections=1000',
      ],
      statements: [
        "CREATE USER IF NOT EXISTS 'admin'@'127.0.0.1' IDENTIFIED BY 'admin';",
        "GRANT ALL PRIVILEGES ON *.* TO 'admin'@'127.0.0.1' WITH GRANT OPTION;",
      ],
    });
  let server = await start();
  let only: Connection | undefined;
  await migrateDatabase(server.url);
  const admin = async (...statements: string[]) => {
    const connection = await createConnection({
      host: '127.0.0.1',
      port: server.port,
      user: 'admin',
      password: 'admin',
      database: 'kingbus',
    });
    try {
      let rows: unknown;
      for (const statement of statements) [rows] = await connection.query(statement);
      return rows as Record<string, unknown>[];
    } finally {
      await connection.end();
    }
  };
  return {
    url: server.url,
    admin,
    async cutProduct() {
      await admin('kill user kingbus');
    },
    async fill() {
      await admin('create table filler (id int primary key auto_increment, body text)');
      // Each row within its page: of one that lies on pages of its own MariaDB 10.11 may end itself where they cannot be had.
      for (const length of [7_000, 1_000]) {
        await admin(`begin not atomic
          declare exit handler for sqlexception begin end;
          loop
            insert into filler (body) values (repeat('x', ${length}));
          end loop;
        end`);
      }
    },
    async grow() {
      room *= 2;
      await server.stop();
      server = await start(server.port);
    },
    async goAway() {
      await server.stop();
    },
    async comeBack() {
      server = await start(server.port);
    },
    async crowd() {
      await admin(`alter user ${product} with max_user_connections 1`);
      // The product comes back, too.
      while (only === undefined) {
        await admin('kill user kingbus');
        only = await createConnection(server.url).catch(() => undefined);
      }
    },
    async uncrowd() {
      await only?.end();
      only = undefined;
      await admin(`alter user ${product} with max_user_connections 0`);
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
