import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeKey } from '../../adapters/node/make-key.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { startOwnMariaDb } from '../support/servers/own-mariadb.ts';
import type { OwnMariaDb } from '../support/servers/own-mariadb.ts';
import { kingbus } from '../support/servers/kingbus.ts';

interface Finding {
  level: string;
  subject: string;
  text: string;
}

const secret = '5ecret-m4terial';

let folder: string;
let server: OwnMariaDb;
let settings: Record<string, string>;
// A server of its own takes its time to be made on a busy machine.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-check-'));
  server = await startOwnMariaDb();
  await makeKey(join(folder, 'keys'), { signsFrom: Date.now() });
  settings = {
    KINGBUS_ENV: 'production',
    KINGBUS_PUBLIC_ORIGIN: 'https://kingbus.test',
    KINGBUS_KEYS: join(folder, 'keys'),
    KINGBUS_FILES: join(folder, 'files'),
    DATABASE_URL: (await createTestDatabase(server.url)).url,
    REDIS_URL: inject('redisUrl'),
  };
}, 240_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function check(changed: Record<string, string> = {}) {
  const { exitCode, stdout } = await kingbus(['check', '--json'], { ...settings, ...changed });
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  const faults = findings.filter(({ level }) => level === 'fault').map(({ subject, text }) => `${subject}: ${text}`);
  return { exitCode, stdout, findings, faults };
}

describe('kingbus check', () => {
  it('finds no fault where all is well, and says what it has looked at', async () => {
    const { exitCode, findings, faults } = await check();
    expect({ exitCode, faults }).toEqual({ exitCode: 0, faults: [] });
    const looked = new Set(findings.map(({ subject }) => subject));
    expect(looked).toEqual(
      new Set(['settings', 'database', 'clock', 'rights', 'migrations', 'redis', 'files', 'keys']),
    );
    const { stdout } = await kingbus(['check'], settings);
    expect(stdout).toMatch(/^ok +settings +of production\n/u);
    expect(stdout).toMatch(/\n\n0 faults, \d+ warnings\.$/u);
  });

  it('says every fault at once, without a value', async () => {
    const { exitCode, stdout, faults } = await check({
      DATABASE_URL: Object.assign(new URL(settings['DATABASE_URL'] ?? ''), { password: secret }).href,
      REDIS_URL: Object.assign(new URL(inject('redisUrl')), { password: secret }).href,
      KINGBUS_FILES: '/dev/null/files',
      KINGBUS_KEYS: join(folder, 'nowhere'),
    });
    expect(exitCode).toBe(1);
    expect(faults).toEqual([
      expect.stringMatching(/^database: .*refused/u),
      'redis: user or password are refused',
      expect.stringMatching(/^files: /u),
      expect.stringMatching(/^keys: KINGBUS_KEYS: .*nowhere: is not there/u),
    ]);
    expect(stdout).not.toContain(secret);
  });

  it('says what is wrong with the settings, and what can be seen without them', async () => {
    const { faults } = await check({ DATABASE_URL: '', KINGBUS_LISTN: secret, KINGBUS_KEYS: join(folder, 'nowhere') });
    expect(faults).toEqual([
      'settings: DATABASE_URL: is not set',
      'settings: KINGBUS_LISTN: there is no such setting; did you mean KINGBUS_LISTEN?',
      expect.stringMatching(/^keys: /u),
    ]);
  });

  it('knows servers that are not there', async () => {
    const { faults } = await check({
      DATABASE_URL: `mysql://kingbus:${secret}@127.0.0.1:1/kingbus`,
      REDIS_URL: `redis://:${secret}@127.0.0.1:1`,
    });
    expect(faults).toEqual([
      expect.stringMatching(/^database: .*ECONNREFUSED/u),
      'redis: it cannot be reached (ECONNREFUSED)',
    ]);
  });

  it('knows a user that may too little, and a database that was not migrated', async () => {
    const name = `kingbus_check_${process.pid}`;
    await server.run(`create database ${name} character set utf8mb4`);
    await server.run(`create user ${name}@'127.0.0.1' identified by 'x'`);
    await server.run(`grant select on ${name}.* to ${name}@'127.0.0.1'`);
    try {
      const url = Object.assign(new URL(settings['DATABASE_URL'] ?? ''), {
        username: name,
        password: 'x',
        pathname: `/${name}`,
      });
      const { faults } = await check({ DATABASE_URL: url.href });
      expect(faults).toEqual([
        'rights: the user lacks insert, update, delete on the database',
        expect.stringMatching(/^migrations: \d+ of them wait, from 0000_start on: kingbus migrate$/u),
      ]);
    } finally {
      await server.run(`drop database ${name}`);
      await server.run(`drop user ${name}@'127.0.0.1'`);
    }
  });
});
