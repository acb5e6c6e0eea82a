import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { makeKey } from '../../adapters/node/make-key.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { everywhere } from '../support/everywhere.ts';
import { Authority } from '../support/servers/certificates.ts';
import { kingbus } from '../support/servers/kingbus.ts';
import { ManyRedis, startCluster } from '../support/servers/many-redis.ts';
import { startOwnMariaDb } from '../support/servers/own-mariadb.ts';
import type { OwnMariaDb } from '../support/servers/own-mariadb.ts';
import { startProductionRedis } from '../support/servers/production-redis.ts';
import { ScriptedMailServer } from '../support/servers/scripted-mail-server.ts';
import { SolapiServer } from '../support/servers/solapi-server.ts';

interface Finding {
  level: string;
  subject: string;
  text: string;
}

const secret = '5ecret-m4terial';

let folder: string;
let server: OwnMariaDb;
let authorities: Record<'ours' | 'another', string>;
let settings: Record<string, string>;
// A server of its own takes its time to be made on a busy machine.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-check-'));
  const [ours, another] = [new Authority(folder, 'ours'), new Authority(folder, 'another')];
  authorities = { ours: ours.certificate, another: another.certificate };
  server = await startOwnMariaDb(ours.vouchFor('localhost'));
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

/** The address of the database, with other parts. */
const databaseUrl = (parts: Partial<URL> = {}): string =>
  Object.assign(new URL(settings['DATABASE_URL'] ?? ''), parts).href;

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
      new Set(['settings', 'database', 'clock', 'rights', 'migrations', 'redis', 'files', 'mail', 'sms', 'keys']),
    );
    const { stdout } = await kingbus(['check'], settings);
    expect(stdout).toMatch(/^ok +settings +of production\n/u);
    expect(stdout).toMatch(/\n\n0 faults, \d+ warnings\.$/u);
  });

  it('says every fault at once, without a value', async () => {
    const { exitCode, stdout, faults } = await check({
      DATABASE_URL: databaseUrl({ password: secret }),
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

  it('logs in to the mail server, sends nothing, and warns where there is none', async () => {
    const mail = await ScriptedMailServer.start();
    onTestFinished(() => mail.stop());
    const ours = {
      KINGBUS_MAIL_URL: `smtp://kingbus@127.0.0.1:${mail.settings.port}`,
      KINGBUS_MAIL_PASSWORD: secret,
      KINGBUS_MAIL_FROM: '킹버스 <noreply@kingbus.test>',
    };
    expect((await check(ours)).findings).toContainEqual(expect.objectContaining({ level: 'ok', subject: 'mail' }));
    expect(mail.commands.map((command) => command.split(' ')[0])).toEqual(['EHLO', 'AUTH', 'QUIT']);
    mail.script.AUTH = `535 5.7.8 not with ${secret}`;
    const refused = await check(ours);
    expect(refused.faults).toEqual(['mail: mail: AUTH PLAIN 535']);
    expect(refused.stdout).not.toContain(secret);
    expect((await check()).findings).toContainEqual(expect.objectContaining({ level: 'warning', subject: 'mail' }));
  });

  it('asks the provider of text messages for what is left', async () => {
    const provider = await SolapiServer.start();
    onTestFinished(() => provider.stop());
    const { key, secret: theirs, url } = provider.settings;
    const ours = {
      // In production no stand-in without TLS would do.
      KINGBUS_ENV: 'test',
      KINGBUS_SMS_KEY: key,
      KINGBUS_SMS_SECRET: theirs,
      KINGBUS_SMS_FROM: '02-1234-5678',
      KINGBUS_SMS_URL: url,
    };
    const found = async (changed = {}) =>
      (await check({ ...ours, ...changed })).findings.filter(({ subject }) => subject === 'sms');
    expect(await found()).toMatchObject([{ level: 'ok' }]);
    provider.balance = 900;
    expect(await found()).toMatchObject([{ level: 'warning', text: 'only 900 KRW are left on its account' }]);
    expect(await found({ KINGBUS_SMS_SECRET: secret })).toMatchObject([
      { level: 'fault', text: 'sms: 403 SignatureDoesNotMatch' },
    ]);
    expect(provider.taken).toEqual([]);
  });

  it('knows a user that may too little, and a database that was not migrated', async () => {
    const name = `kingbus_check_${process.pid}`;
    await server.run(`create database ${name} character set utf8mb4`);
    await server.run(`create user ${name}@'127.0.0.1' identified by 'x'`);
    await server.run(`grant select on ${name}.* to ${name}@'127.0.0.1'`);
    try {
      const { faults } = await check({
        DATABASE_URL: databaseUrl({ username: name, password: 'x', pathname: `/${name}` }),
      });
      expect(faults).toEqual([
        'rights: the user lacks insert, update, delete on the database',
        expect.stringMatching(/^migrations: \d+ of them wait, from 0000_start on: kingbus migrate$/u),
      ]);
    } finally {
      await server.run(`drop database ${name}`);
      await server.run(`drop user ${name}@'127.0.0.1'`);
    }
  });

  it.each([
    ['warning', 4],
    ['fault', 60],
  ])('has a %s where the clock of the database is %i s ahead', async (level, seconds) => {
    // Whoever may do anything is spared what each connection begins with.
    await server.run("create or replace user product@'127.0.0.1' identified by 'x'");
    await server.run(
      `grant select, insert, update, delete on ${databaseUrl().split('/').at(-1)}.* to product@'127.0.0.1'`,
    );
    await server.run(`set global init_connect = 'set timestamp = unix_timestamp(now(6)) + ${seconds}'`);
    try {
      const { exitCode, findings } = await check({ DATABASE_URL: databaseUrl({ username: 'product', password: 'x' }) });
      // From then on that clock stands: a little less, when it is looked at.
      const text = expect.stringMatching(/^\d+\.\d s apart from the database's: set the clocks by NTP$/u);
      expect(findings.filter(({ subject }) => subject === 'clock')).toEqual([{ level, subject: 'clock', text }]);
      expect(exitCode).toBe(level === 'fault' ? 1 : 0);
    } finally {
      await server.run("set global init_connect = ''");
    }
  });

  const overTls = (authority: string) =>
    databaseUrl({ hostname: 'localhost', search: `?ssl=verify-identity&sslCa=${encodeURIComponent(authority)}` });

  it('says that the database is reached over TLS, and by which cipher', async () => {
    const { faults, findings } = await check({ DATABASE_URL: overTls(authorities.ours) });
    expect(faults).toEqual([]);
    expect(findings.filter(({ subject }) => subject === 'database')).toContainEqual({
      level: 'ok',
      subject: 'database',
      text: expect.stringMatching(/^MariaDB 1\S+, over TLS \(TLS_\w+\)$/u),
    });
  });

  it('knows a certificate of an authority that is not to be trusted', async () => {
    const { exitCode, faults } = await check({ DATABASE_URL: overTls(authorities.another) });
    expect({ exitCode, faults }).toEqual({
      exitCode: 1,
      faults: ['database: the database: TLS was refused (HANDSHAKE_SSL_ERROR)'],
    });
  });

  it('knows a Redis that takes all but some of the commands that the product uses', async () => {
    const redis = await startProductionRedis();
    try {
      expect((await check({ REDIS_URL: redis.url })).faults).toEqual([]);
      await redis.allow('-publish', '-subscribe', '-evalsha');
      const { exitCode, stdout, faults } = await check({ REDIS_URL: redis.url });
      expect({ exitCode, faults }).toEqual({
        exitCode: 1,
        faults: ['redis: it refuses evalsha, publish, subscribe: its user may not (NOPERM)'],
      });
      expect(stdout).not.toContain(new URL(redis.url).password);
    } finally {
      await redis.stop();
    }
  });

  it.runIf(everywhere)('finds no fault with a cluster of them', async () => {
    const redis = new ManyRedis();
    try {
      const { url } = await startCluster(redis);
      expect((await check({ REDIS_URL: url })).faults).toEqual([]);
    } finally {
      await redis.stop();
    }
  });
});
