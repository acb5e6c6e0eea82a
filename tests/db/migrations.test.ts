import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { sql } from 'drizzle-orm';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { migrateDatabase } from '../../adapters/node/migrate-database.ts';
import { checkout } from '../../local/folder.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { database } from '../support/db/run-database.ts';

async function read<Row>(query: ReturnType<typeof sql>): Promise<Row[]> {
  const [rows] = await database().execute(query);
  return rows as unknown as Row[];
}

describe('migrations', () => {
  it('say all that the schema says: generating again writes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kingbus-drift-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    cpSync(join(checkout, 'db/migrations'), join(folder, 'migrations'), { recursive: true });
    const before = readdirSync(join(folder, 'migrations'));
    const { all, exitCode } = await execa(
      'drizzle-kit',
      ['generate', '--dialect=mysql', `--schema=${join(checkout, 'schema/*.ts')}`, '--out=migrations'],
      { cwd: folder, all: true, reject: false, preferLocal: true, localDir: checkout, stdin: 'ignore' },
    );
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringContaining('No schema changes') });
    expect(readdirSync(join(folder, 'migrations'))).toEqual(before);
  });

  it('apply once, also when two processes start at the same time', async () => {
    const { url, drop } = await createTestDatabase(inject('databaseUrl'));
    onTestFinished(drop);
    await Promise.all([migrateDatabase(url), migrateDatabase(url)]);
  });

  it('give every table a primary key, and every foreign key the type of what it refers to', async () => {
    const keyless = await read<{ name: string }>(sql`
      select t.table_name as name from information_schema.tables t
      where t.table_schema = database() and t.table_name <> '__drizzle_migrations' and not exists (
        select 1 from information_schema.table_constraints c where c.table_schema = t.table_schema
          and c.table_name = t.table_name and c.constraint_type = 'PRIMARY KEY')`);
    expect(keyless).toEqual([]);
    const mismatched = await read(sql`
      select k.table_name, k.column_name from information_schema.key_column_usage k
      join information_schema.columns a on a.table_schema = k.table_schema and a.table_name = k.table_name
        and a.column_name = k.column_name
      join information_schema.columns b on b.table_schema = k.table_schema and b.table_name = k.referenced_table_name
        and b.column_name = k.referenced_column_name
      where k.table_schema = database() and k.referenced_table_name is not null and a.column_type <> b.column_type`);
    expect(mismatched).toEqual([]);
  });

  it('keep ids as uuid, times in milliseconds, money in whole numbers, and text of any language', async () => {
    const columns = await read<{ name: string; type: string; collation: string | null }>(sql`
      select concat(table_name, '.', column_name) as name, column_type as type, collation_name as collation
      from information_schema.columns
      where table_schema = database() and table_name <> '__drizzle_migrations'`);
    expect(columns.length).toBeGreaterThan(50);
    for (const { name, type, collation } of columns) {
      // Those two are callers' own.
      if (/(?:\.|_)id$/u.test(name) && !['messages.client_id', 'audit.request_id'].includes(name))
        expect({ name, type }).toEqual({ name, type: 'uuid' });
      if (name.endsWith('_at')) expect({ name, type }).toEqual({ name, type: 'datetime(3)' });
      if (name.includes('price'))
        expect({ name, type }).toEqual({ name, type: expect.stringMatching(/^int\(\d+\) unsigned$/u) });
      if (collation !== null)
        expect({ name, collation }).toEqual({ name, collation: expect.stringMatching(/^(?:utf8mb4_|ascii_bin)/u) });
      expect(type, name).not.toMatch(/^(?:float|timestamp|decimal\(\d+,[2-9])/u);
    }
  });
});
