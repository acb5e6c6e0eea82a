import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumpDatabase, loadDump } from '../../adapters/node/backup/database-dump.ts';
import { migrateDatabase } from '../../adapters/node/migrate-database.ts';
import { checkout } from '../../local/folder.ts';
import { retryTakenPort, startInBackground } from '../../local/servers/background.ts';
import type { BackgroundServer } from '../../local/servers/background.ts';
import { freePort } from '../../local/servers/ports.ts';
import { program } from '../../local/tools/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'kb-mariadb-'));
const socketPath = join(folder, 'socket');
const users = ['kingbus', 'kingbus_migration', 'kingbus_backup'] as const;
type User = (typeof users)[number];

let server: BackgroundServer;
let port: number;
let connections: Record<User, Connection>;

const url = (user: User) => `mysql://${user}:secret@127.0.0.1:${port}/kingbus`;

/** MariaDB as a server of production runs it: its settings and its users, from deploy/mariadb/. */
beforeAll(async () => {
  const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];
  const install = ['--no-defaults', `--datadir=${join(folder, 'data')}`, '--auth-root-authentication-method=normal'];
  await execa(program('mariadb-install-db'), [...install, '--skip-test-db', ...asUser]);
  server = await retryTakenPort(async () => {
    port = await freePort();
    return startInBackground({
      name: 'MariaDB',
      program: program('mariadbd'),
      arguments: [
        `--defaults-file=${join(checkout, 'deploy/mariadb/kingbus.cnf')}`,
        `--datadir=${join(folder, 'data')}`,
        `--tmpdir=${folder}`,
        `--port=${port}`,
        `--socket=${socketPath}`,
        `--pid-file=${join(folder, 'pid')}`,
        `--slow-query-log-file=${join(folder, 'slow.log')}`,
        ...asUser,
      ],
      folder,
      answers: async () => {
        const root = await createConnection({ socketPath, user: 'root' });
        await root.end();
        return true;
      },
      startWithin: 120_000,
    });
  });
  const root = await createConnection({ socketPath, user: 'root', multipleStatements: true });
  const rights = readFileSync(join(checkout, 'deploy/mariadb/rights.sql'), 'utf8');
  await root.query(rights);
  await root.query(users.map((user) => `alter user '${user}'@'127.0.0.1' identified by 'secret';`).join(''));
  // Again, as install.sh does when it is repeated: passwords stay.
  await root.query(rights);
  await root.end();
  const opened = await Promise.all(users.map(async (user) => [user, await createConnection(url(user))] as const));
  connections = Object.fromEntries(opened) as Record<User, Connection>;
}, 180_000);

afterAll(async () => {
  await Promise.all(Object.values(connections ?? {}).map((connection) => connection.end()));
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const refusal = /denied/iu;

describe('MariaDB as deploy/mariadb/ has it run', () => {
  test('is migrated, twice, by the user of migrations', async () => {
    await migrateDatabase(url('kingbus_migration'));
    await migrateDatabase(url('kingbus_migration'));
  });

  test('is backed up by the user of backups, and restored by the one of migrations', async () => {
    const accountOf = (user: User) => ({ url: url(user), otherPassword: undefined });
    const dump = join(folder, 'dump.sql.gz');
    await dumpDatabase(accountOf('kingbus_backup'), dump);
    const tables = async () => {
      const [rows] = await connections.kingbus.query('show tables');
      return (rows as object[]).length;
    };
    const before = await tables();
    const root = await createConnection({ socketPath, user: 'root' });
    await root.query('drop database kingbus');
    await root.query('create database kingbus');
    await root.end();
    await connections.kingbus.query('use kingbus');
    await loadDump(accountOf('kingbus_migration'), dump);
    expect(await tables()).toBe(before);
    // Again, it says what stands in the way, and not what it was about to do.
    await expect(loadDump(accountOf('kingbus_backup'), dump)).rejects.toMatchObject({
      message: expect.stringMatching(/mariadb: ERROR \d+ .*denied/u),
    });
  });

  test('what cannot be restored is told without the rows that it was about', async () => {
    const dump = join(folder, 'broken.sql.gz');
    writeFileSync(dump, gzipSync("insert into nowhere values\n(1,'it\\'s an error, my secret');\n"));
    await expect(loadDump({ url: url('kingbus_migration'), otherPassword: undefined }, dump)).rejects.toMatchObject({
      message: expect.stringMatching(/^(?!.*secret)[^]*mariadb: ERROR \d+ .*line \d/u),
    });
  });

  test('does not let the processes migrate', async () => {
    await expect(connections.kingbus.query('create table tried (id int)')).rejects.toThrow(refusal);
  });

  test.each(['select', 'insert', 'update', 'delete'])('lets the processes %s', async (verb) => {
    const statements: Record<string, string> = {
      select: 'select * from accounts limit 1 for update',
      insert: 'insert into idempotency_keys select * from idempotency_keys where 1 = 0',
      update: 'update accounts set role = role where 1 = 0',
      delete: 'delete from accounts where 1 = 0',
    };
    await connections.kingbus.query(statements[verb] as string);
  });

  test.each([
    'drop table accounts',
    'truncate table accounts',
    'alter table accounts add column x int',
    'create index x on accounts (role)',
    'drop database kingbus',
    'create database other',
    'create trigger x before insert on accounts for each row set new.role = new.role',
    'create view x as select 1',
    'create temporary table x (id int)',
    'lock tables accounts read',
    'grant select on kingbus.* to kingbus_backup@127.0.0.1',
    "create user x identified by 'x'",
    'select * from mysql.user',
    "select load_file('/etc/passwd') into outfile '/tmp/x'",
    'set global max_connections = 1',
    'shutdown',
    'kill 1',
  ])('refuses the processes: %s', async (statement) => {
    await expect(connections.kingbus.query(statement)).rejects.toThrow(/denied|unknown thread|not the owner/iu);
  });

  test.each([
    'create database other',
    'create database kingbus_other',
    'use mysql',
    'select * from mysql.user',
    'grant select on kingbus.* to kingbus_backup@127.0.0.1',
    "create user x identified by 'x'",
    "alter user kingbus@127.0.0.1 identified by 'x'",
    "set password for kingbus@127.0.0.1 = password('x')",
    'drop user kingbus@127.0.0.1',
    "select 'x' into outfile '/tmp/x'",
    "load data infile '/etc/passwd' into table accounts",
    'set global max_connections = 1',
    'set global general_log = 1',
    'create trigger x before insert on accounts for each row set new.role = new.role',
    'create view x as select 1',
    'create procedure x() select 1',
    "install soname 'ha_connect'",
    'flush privileges',
    'shutdown',
  ])('lets migrations change tables, and refuses: %s', async (statement) => {
    await connections.kingbus_migration.query('alter table accounts comment = ?', [statement]);
    await expect(connections.kingbus_migration.query(statement)).rejects.toThrow(refusal);
  });

  test.each(['insert into accounts select * from accounts', 'delete from accounts', 'drop table accounts'])(
    'lets backups read, and refuses: %s',
    async (statement) => {
      await connections.kingbus_backup.query('select * from accounts limit 1');
      await expect(connections.kingbus_backup.query(statement)).rejects.toThrow(refusal);
    },
  );

  test.each([
    ['innodb_flush_log_at_trx_commit', '1'],
    ['sync_binlog', '1'],
    ['transaction_isolation', 'READ-COMMITTED'],
    ['character_set_server', 'utf8mb4'],
    ['time_zone', '+00:00'],
    ['bind_address', '127.0.0.1'],
    ['local_infile', 'OFF'],
    ['slow_query_log', 'ON'],
  ])('has %s at %s', async (name, value) => {
    const [rows] = await connections.kingbus.query(`show variables like '${name.replace('transaction', 'tx')}'`);
    expect((rows as { Value: string }[])[0]?.Value).toBe(value);
  });
});
