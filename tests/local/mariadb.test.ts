import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MariaDb, startMariaDb } from '../../local/servers/mariadb.ts';

describe('a private MariaDB', { timeout: 60_000 }, () => {
  let parent: string;
  let folder: string;
  const servers: MariaDb[] = [];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'kingbus-mariadb-'));
    // Longer than the path of a unix socket may be.
    folder = join(parent, '데이터 폴더', 'x'.repeat(120));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    rmSync(parent, { recursive: true });
  });

  async function start(): Promise<MariaDb> {
    const server = await startMariaDb({ folder, bufferPool: 16 });
    servers.push(server);
    return server;
  }

  it('starts in a deep folder with spaces and Korean letters, strict, in UTC, for Korean and emoji', async () => {
    const { url } = await start();
    const connection = await createConnection(url);
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT @@time_zone AS zone, @@collation_server AS collation, @@innodb_flush_log_at_trx_commit AS flush,
        @@tx_isolation AS isolation, @@sql_mode LIKE '%STRICT_ALL_TABLES%' AS strict, '버스 🚌' AS text`,
    );
    await connection.end();
    expect(rows[0]).toEqual({
      zone: '+00:00',
      collation: 'utf8mb4_uca1400_ai_ci',
      flush: 1,
      isolation: 'READ-COMMITTED',
      strict: 1,
      text: '버스 🚌',
    });
  });

  it('lets its user make databases named kingbus…, and see no others; once stopped, nothing says that it runs', async () => {
    const server = await start();
    const connection = await createConnection(server.url);
    await connection.query('CREATE DATABASE kingbus_test_1');
    await expect(connection.query('CREATE DATABASE other')).rejects.toThrow(/denied/);
    await expect(connection.query('SELECT * FROM mysql.global_priv')).rejects.toThrow(/denied/);
    await connection.end();
    expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
    await server.stop();
    expect(existsSync(join(folder, 'process.json'))).toBe(false);
  });

  it('makes its data anew when an earlier start broke off in the middle', async () => {
    mkdirSync(join(folder, 'data', 'mysql'), { recursive: true });
    writeFileSync(join(folder, 'data', 'ibdata1'), 'half');
    const { url } = await start();
    await (await createConnection(url)).end();
  });

  it('takes over from one that a killed start left running, with its data', async () => {
    const first = await start();
    const connection = await createConnection(first.url);
    await connection.query('CREATE TABLE kept (id INT PRIMARY KEY)');
    await connection.end();
    const second = await start();
    await first.ended;
    const again = await createConnection(second.url);
    await again.query('SELECT id FROM kept');
    await again.end();
  });
});
