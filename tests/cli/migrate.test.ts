import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { readMigrationStatus } from '../../adapters/node/migration-status.ts';
import { database } from '../support/db/run-database.ts';
import { kingbus } from '../support/servers/kingbus.ts';

/** A database in which nothing is. */
const name = `kingbus_empty_${process.pid}`;
let url: string;
beforeEach(async () => {
  url = Object.assign(new URL(inject('databaseUrl')), { pathname: `/${name}` }).href;
  await run(`create database ${name} character set utf8mb4`);
});
afterEach(() => run(`drop database ${name}`));

async function run(statement: string): Promise<void> {
  const connection = await createConnection(inject('databaseUrl'));
  await connection.query(statement);
  await connection.end();
}

const migrate = (...words: string[]) => kingbus(['migrate', ...words], { DATABASE_URL: url });

describe('kingbus migrate', () => {
  it('says what an empty database waits for, does it once, and says that nothing is left', async () => {
    const { applied: all } = await readMigrationStatus(database());
    expect(await migrate('--status')).toEqual({
      exitCode: 1,
      stdout: all.map((each) => `pending ${each}`).join('\n'),
      stderr: '',
    });
    const upToDate = `The database is up to date: ${all.length} migrations, the last ${all.at(-1)}.`;
    expect(await migrate()).toEqual({
      exitCode: 0,
      stdout: all.map((each) => `applied ${each}`).join('\n'),
      stderr: '',
    });
    expect(await migrate('--status')).toEqual({ exitCode: 0, stdout: upToDate, stderr: '' });
    expect(await migrate()).toEqual({ exitCode: 0, stdout: upToDate, stderr: '' });
  });

  it('answers programs in JSON', async () => {
    const { applied: all } = await readMigrationStatus(database());
    const answer = async (...words: string[]) => {
      const { exitCode, stdout } = await migrate('--json', ...words);
      return [exitCode, JSON.parse(stdout)];
    };
    expect(await answer('--status')).toEqual([1, { applied: [], pending: all, newer: false }]);
    expect(await answer()).toEqual([0, { applied: all }]);
    expect(await answer('--status')).toEqual([0, { applied: all, pending: [], newer: false }]);
    expect(await answer()).toEqual([0, { applied: [] }]);
  });

  it.each([
    ['a server that is not there', { host: '127.0.0.1:1' }, ['the database: nobody listens there (ECONNREFUSED)']],
    [
      'a password that is refused',
      { password: 's3cret' },
      ['the database: user or password are refused (ER_ACCESS_DENIED_ERROR)'],
    ],
    ['a setting that is wrong', { protocol: 'postgres:' }, [expect.stringMatching(/^DATABASE_URL: /u)]],
  ])('answers %s with its faults, and programs in JSON', async (_what, parts, faults) => {
    // A scheme that the standard knows is not changed for one that it does not.
    const wrong =
      'protocol' in parts ? url.replace(/^mysql:/u, parts.protocol) : Object.assign(new URL(url), parts).href;
    for (const words of [[], ['--status']]) {
      const said = await kingbus(['migrate', ...words], { DATABASE_URL: wrong });
      expect(said).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/^kingbus: /u) });
      const told = await kingbus(['--json', 'migrate', ...words], { DATABASE_URL: wrong });
      expect({ ...told, stdout: JSON.parse(told.stdout) }).toEqual({
        exitCode: 1,
        stdout: { ok: false, faults },
        stderr: '',
      });
    }
  });
});
