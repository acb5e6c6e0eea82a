import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../adapters/node/config.ts';
import { openPorts } from '../../adapters/node/open-ports.ts';
import { StartFault } from '../../adapters/node/start-fault.ts';
import { ensureSigningKey } from '../../local/signing-key.ts';
import { firstOf } from '../support/everywhere.ts';
import { runToEnd } from '../support/servers/kingbus.ts';

/** What no output may ever show. */
const secret = '5ecret-m4terial';

let folder: string;
let taken: ReturnType<typeof createServer>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-settings-'));
  await ensureSigningKey(join(folder, 'keys'));
  taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  taken.close();
});

/** Settings with which a process starts in production: a database that is away keeps none from it. */
const good = () => ({
  KINGBUS_ENV: 'production',
  KINGBUS_PUBLIC_ORIGIN: 'https://kingbus.test',
  KINGBUS_LISTEN: '127.0.0.1:0',
  KINGBUS_KEYS: join(folder, 'keys'),
  KINGBUS_FILES: join(folder, 'files'),
  DATABASE_URL: `mysql://kingbus:${secret}@127.0.0.1:1/kingbus`,
  REDIS_URL: `redis://:${secret}@127.0.0.1:1`,
});

/** A file with a secret in it. */
function file(name: string, text = secret, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** A folder of keys with one that is as `spoil` leaves it. */
function keys(name: string, spoil: (path: string) => void): string {
  const path = join(folder, name);
  mkdirSync(path, { mode: 0o700 });
  spoil(path);
  return path;
}

const takenAddress = () => `127.0.0.1:${(taken.address() as AddressInfo).port}`;

type Case = [kind: string, settings: () => Record<string, string>, expected: RegExp];

const cases: Case[] = [
  ['no database', () => ({ DATABASE_URL: '' }), /^DATABASE_URL: is not set$/],
  ['an address of something else', () => ({ DATABASE_URL: `http://${secret}@x/` }), /^DATABASE_URL: expected mysql/],
  ['no public origin', () => ({ KINGBUS_PUBLIC_ORIGIN: '' }), /^KINGBUS_PUBLIC_ORIGIN: has to be said/],
  [
    'an origin without TLS',
    () => ({ KINGBUS_PUBLIC_ORIGIN: 'http://kingbus.test' }),
    /^KINGBUS_PUBLIC_ORIGIN: .*https/,
  ],
  ['no origin at all', () => ({ KINGBUS_PUBLIC_ORIGIN: 'kingbus' }), /^KINGBUS_PUBLIC_ORIGIN: /],
  ['another origin without TLS', () => ({ KINGBUS_ALLOWED_ORIGINS: 'http://a.test' }), /^KINGBUS_ALLOWED_ORIGINS: /],
  ['no Redis between processes', () => ({ REDIS_URL: '' }), /^REDIS_URL: is needed/],
  ['no Redis by its address', () => ({ REDIS_URL: `amqp://${secret}` }), /^REDIS_URL: expected redis/],
  ['statements written down', () => ({ KINGBUS_STATEMENT_LOG: '/dev/null' }), /^KINGBUS_STATEMENT_LOG: .*tests alone/],
  ['cheap passwords', () => ({ KINGBUS_PASSWORD_COST: '4' }), /^KINGBUS_PASSWORD_COST: .*tests alone/],
  [
    'requests that fail over budget',
    () => ({ KINGBUS_QUERY_BUDGET: 'enforce' }),
    /^KINGBUS_QUERY_BUDGET: .*tests alone/,
  ],
  [
    'a name that is near',
    () => ({ KINGBUS_PUBLIC_ORIGN: secret }),
    /^KINGBUS_PUBLIC_ORIGN: .*did you mean KINGBUS_PUBLIC_ORIGIN\?$/,
  ],
  ['a name that is near none', () => ({ KINGBUS_WEATHER: secret }), /^KINGBUS_WEATHER: there is no such setting$/],
  [
    'a file for what is no secret',
    () => ({ KINGBUS_LISTEN_FILE: secret }),
    /^KINGBUS_LISTEN_FILE: .*set KINGBUS_LISTEN$/,
  ],
  [
    'a prefix that is too long',
    () => ({ KINGBUS_TRUSTED_PROXIES: '10.0.0.0/33' }),
    /^KINGBUS_TRUSTED_PROXIES: expected/,
  ],
  [
    'a network with bits of a host',
    () => ({ KINGBUS_TRUSTED_PROXIES: '10.1.2.3/8' }),
    /^KINGBUS_TRUSTED_PROXIES: expected/,
  ],
  ['a name for an address', () => ({ KINGBUS_TRUSTED_PROXIES: '::1,front' }), /^KINGBUS_TRUSTED_PROXIES: expected/],
  ['everybody trusted', () => ({ KINGBUS_TRUSTED_PROXIES: '0.0.0.0/0' }), /^KINGBUS_TRUSTED_PROXIES: trusts everybody/],
  ['no place to listen at', () => ({ KINGBUS_LISTEN: '8081' }), /^KINGBUS_LISTEN: expected host:port$/],
  ['a port that there is not', () => ({ KINGBUS_LISTEN: '127.0.0.1:70000' }), /^KINGBUS_LISTEN: expected a port/],
  [
    'a taken port for numbers',
    () => ({ KINGBUS_METRICS_LISTEN: takenAddress() }),
    /^KINGBUS_METRICS_LISTEN: .*EADDRINUSE/,
  ],
  ['keys beside the way', () => ({ KINGBUS_KEYS: '.kingbus/keys' }), /^KINGBUS_KEYS: has to be an absolute path/],
  ['no folder of keys', () => ({ KINGBUS_KEYS: join(folder, 'nowhere') }), /^KINGBUS_KEYS: .*is not there/],
  ['a folder without keys', () => ({ KINGBUS_KEYS: keys('empty', () => {}) }), /^KINGBUS_KEYS: no signing key/],
  [
    'a folder that others may write to',
    () => ({ KINGBUS_KEYS: keys('shared', (path) => chmodSync(path, 0o777)) }),
    /^KINGBUS_KEYS: .*could put a key there/,
  ],
  [
    'a key that others can read',
    () => ({ KINGBUS_KEYS: keys('open', (path) => file('open/a.jwk', secret, 0o644) && path) }),
    /a\.jwk: others than its owner have access/,
  ],
  [
    'a key that is no JSON',
    () => ({ KINGBUS_KEYS: keys('broken', () => file('broken/a.jwk')) }),
    /a\.jwk: is no JSON$/,
  ],
  [
    'a key that is none',
    () => ({ KINGBUS_KEYS: keys('none', () => file('none/a.jwk', `{"d":"${secret}"}`)) }),
    /a\.jwk: is no Ed25519 private key/,
  ],
  [
    'a key of another kind',
    () => ({
      KINGBUS_KEYS: keys('rsa', () =>
        file(
          'rsa/a.jwk',
          JSON.stringify({
            ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
            kid: 'a',
          }),
        ),
      ),
    }),
    /a\.jwk: is no Ed25519 private key/,
  ],
  [
    'a key that is a folder',
    () => ({ KINGBUS_KEYS: keys('nested', (path) => mkdirSync(join(path, 'a.jwk'))) }),
    /a\.jwk: is no file/,
  ],
  [
    'files in the way',
    () => ({ KINGBUS_FILES: join(file('in-the-way'), 'files') }),
    /^KINGBUS_FILES: is not there \(ENOTDIR\)$/,
  ],
  [
    'a bucket without its key',
    () => ({ KINGBUS_FILES: 's3://kingbus', KINGBUS_S3_SECRET_ACCESS_KEY: secret }),
    /^KINGBUS_S3_ENDPOINT: needed for s3:/,
  ],
  [
    'a mail server by another address',
    () => ({ KINGBUS_MAIL_URL: `https://${secret}@x` }),
    /^KINGBUS_MAIL_URL: expected/,
  ],
  ['a mail server, and nobody who writes', () => ({ KINGBUS_MAIL_URL: 'smtps://x' }), /^KINGBUS_MAIL_FROM: needed/],
  [
    'somebody who writes, and a line more',
    () => ({ KINGBUS_MAIL_URL: 'smtps://x', KINGBUS_MAIL_FROM: 'a@b.test\r\nBcc: c@d.test' }),
    /^KINGBUS_MAIL_FROM: expected/,
  ],
  ['half a key for text messages', () => ({ KINGBUS_SMS_SECRET: secret }), /^KINGBUS_SMS_KEY: needed/],
  ['text messages without TLS', () => ({ KINGBUS_SMS_URL: 'http://sms.test' }), /^KINGBUS_SMS_URL: .*https/],
  [
    'a secret file that is not there',
    () => ({ DATABASE_URL: '', DATABASE_URL_FILE: join(folder, 'nowhere') }),
    /^DATABASE_URL: .*is not there/,
  ],
  [
    'a secret file that others can read',
    () => ({ KINGBUS_DATABASE_PASSWORD_FILE: file('readable', secret, 0o644) }),
    /^KINGBUS_DATABASE_PASSWORD: .*have access.*chmod 0600$/,
  ],
  [
    'a secret from two places that differ',
    () => ({ REDIS_URL_FILE: file('redis-url', 'redis://other') }),
    /^REDIS_URL: the variable and REDIS_URL_FILE differ/,
  ],
  [
    'a credential that differs',
    () => ({
      CREDENTIALS_DIRECTORY: keys('credentials', () => file('credentials/DATABASE_URL', `mysql://x:${secret}@y/z`)),
    }),
    /^DATABASE_URL: the variable and the credential differ/,
  ],
  [
    'three passwords at once',
    () => ({ KINGBUS_REDIS_PASSWORD: `${secret}\n${secret}\n${secret}` }),
    /^KINGBUS_REDIS_PASSWORD: expected one line, or two/,
  ],
];

/** As a process does: reads its settings, and opens what it needs. */
async function start(settings: Record<string, string>): Promise<readonly string[]> {
  try {
    const { close } = await openPorts(readConfig(settings, 'http'), pino({ level: 'silent' }));
    await close();
    return [];
  } catch (error) {
    if (error instanceof StartFault) return error.faults;
    throw error;
  }
}

describe('a process', () => {
  it('starts with settings that are right, whether or not what they name answers', async () => {
    expect(await start(good())).toEqual([]);
  });

  it.each(cases)(
    'with a setting that is wrong says so in a line without a value: %s',
    async (_kind, settings, expected) => {
      const faults = await start({ ...good(), ...settings() });
      expect(faults).toContainEqual(expect.stringMatching(expected));
      for (const fault of faults) {
        expect(fault).not.toContain('\n');
        expect(fault).not.toContain(secret);
      }
    },
  );

  it.each(firstOf(1, ['http', 'chat', 'single']))('says all that is wrong at once, and ends: %s', async (name) => {
    const wrong = {
      KINGBUS_LISTEN: 'x',
      KINGBUS_PUBLIC_ORIGIN: '',
      KINGBUS_LOG_LEVEL: secret,
      KINGBUS_LOUD: '1',
      REDIS_URL: '',
    };
    const { exitCode, stdout, stderr } = await runToEnd([`adapters/node/${name}.ts`], { ...good(), ...wrong });
    const lines = stderr.trim().split('\n');
    const names = lines.map((line) => /^kingbus \w+ cannot start: (\w+): /u.exec(line)?.[1]);
    const expected = ['KINGBUS_PUBLIC_ORIGIN', 'KINGBUS_LISTEN', 'KINGBUS_LOG_LEVEL', 'KINGBUS_LOUD'];
    expect({ exitCode, names: new Set(names), lines: lines.length }).toEqual({
      exitCode: 1,
      names: new Set([...expected, ...(name === 'single' ? [] : ['REDIS_URL'])]),
      lines: name === 'single' ? 4 : 5,
    });
    expect(stdout + stderr).not.toContain(secret);
  });

  it.each<[string, Record<string, () => string>, RegExp]>([
    [
      'a taken port',
      { KINGBUS_LISTEN: () => takenAddress() },
      /KINGBUS_LISTEN: another process listens there \(EADDRINUSE\)/,
    ],
    ['a missing key', { KINGBUS_KEYS: () => join(folder, 'nowhere') }, /KINGBUS_KEYS: .*is not there \(ENOENT\)/],
  ])('ends by itself with one line where something is in its way: %s', async (_kind, settings, expected) => {
    const given = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value()]));
    const { exitCode, stderr } = await runToEnd(['adapters/node/chat.ts'], { ...good(), ...given });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(expected) });
    expect(stderr.trim()).not.toContain('\n');
  });
});
