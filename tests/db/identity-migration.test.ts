import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/mysql2';
import { migrate } from 'drizzle-orm/mysql2/migrator';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { migrateDatabase } from '../../adapters/node/migrate-database.ts';
import { checkout } from '../../local/folder.ts';

const name = 'kingbus_identity_migration';
const folder = mkdtempSync(join(tmpdir(), 'kingbus-identity-'));
let database: Connection;
const url = () => Object.assign(new URL(inject('databaseUrl')), { pathname: `/${name}` }).href;

/** A database as it was before usernames were compared byte for byte. */
beforeEach(async () => {
  cpSync(join(checkout, 'db/migrations'), folder, { recursive: true });
  const journal = join(folder, 'meta/_journal.json');
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8')) as { entries: { tag: string }[] };
  const before = entries.slice(
    0,
    entries.findIndex(({ tag }) => tag.endsWith('_identity')),
  );
  writeFileSync(journal, JSON.stringify({ ...rest, entries: before }));
  const server = await createConnection(inject('databaseUrl'));
  await server.query(`create or replace database ${name}`);
  await server.end();
  database = await createConnection({ uri: url(), charset: 'utf8mb4' });
  await migrate(drizzle({ client: database }), { migrationsFolder: folder });
});
afterEach(async () => {
  await database.query(`drop database ${name}`);
  await database.end();
  rmSync(folder, { recursive: true });
});

const ids = ['0190f5fe-7c00-7a00-8000-000000000001', '0190f5fe-7c00-7a00-8000-000000000002'];

const add = (index: number, username: string, email: string, phone: string) =>
  database.query(
    `insert into accounts (id, role, state, username, email, phone, display_name, password_hash, created_at)
     values (?, 'customer', 'active', ?, ?, ?, '김민지', 'none', '2026-01-01')`,
    [ids[index], username, email, phone],
  );
const read = async () =>
  (
    await database.query<RowDataPacket[]>(
      "select username, email, phone from accounts where role <> 'system' order by id",
    )
  )[0].map((row) => [row['username'], row['email'], row['phone']]);

describe('the migration to one normal form', () => {
  it('keeps the accounts that there are, and mends capitals and blanks', async () => {
    await add(0, 'Minji', 'Minji@Example.com', '+821012345678');
    await add(1, ' kingdriver ', 'driver@xn--3e0b707e.kr', '+82111234567');
    await migrateDatabase(url());
    expect(await read()).toEqual([
      ['minji', 'minji@example.com', '+821012345678'],
      ['kingdriver', 'driver@xn--3e0b707e.kr', '+82111234567'],
    ]);
    await expect(add(1, 'kíngdriver', 'x@example.com', '+821012345670')).rejects.toThrow();
  });

  it.each([
    ['a username of other letters', ['kíngdriver', 'a@example.com', '+821012345678']],
    ['a username with a sign that nobody sees', ['kingdriver\u200b', 'a@example.com', '+821012345678']],
    ['a username in full width', ['ｋｉｎｇｄｒｉｖｅｒ', 'a@example.com', '+821012345678']],
    ['an email address that is none', ['kingdriver', 'a@bé.com', '+821012345678']],
    ['a phone with too few digits', ['kingdriver', 'a@example.com', '+82101234567']],
  ])('stops at %s, names the account, and changes nothing', async (_what, [username, email, phone]) => {
    await add(0, username ?? '', email ?? '', phone ?? '');
    const before = await read();
    await expect(migrateDatabase(url())).rejects.toMatchObject({
      cause: { message: expect.stringContaining(`in no normal form: ${ids[0]}`) },
    });
    expect(await read()).toEqual(before);
  });

  it('stops at two accounts that become one, and names both', async () => {
    await add(0, 'kingdriver', 'a@example.com', '+821012345678');
    await add(1, ' kingdriver', 'b@example.com', '+821012345679');
    await expect(migrateDatabase(url())).rejects.toMatchObject({
      cause: { message: expect.stringContaining(`${ids[0]} ${ids[1]}`) },
    });
  });
});
