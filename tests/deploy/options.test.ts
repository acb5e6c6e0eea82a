import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';

const database = 'mysql://kingbus@db.example:3306/kingbus';
const redis = 'rediss://kingbus@redis.example:6379';
const refusal = 'an address has a password in it';

/** What install.sh makes of addresses that it is told, alone and both at once. */
const cases = [
  { words: ['--database-url', database], says: 'taken' },
  { words: ['--redis-url', redis], says: 'taken' },
  { words: ['--database-url', database, '--redis-url', redis], says: 'taken' },
  { words: ['--database-url', 'mysql://kingbus@one.example:3306,two.example:3306/kingbus'], says: 'taken' },
  { words: ['--database-url', 'mysql://kingbus:secret@db.example:3306/kingbus'], says: refusal },
  { words: ['--redis-url', 'redis://:secret@redis.example:6379'], says: refusal },
  { words: ['--database-url', database, '--redis-url', 'redis://kingbus:secret@redis.example'], says: refusal },
];

/** Runs steps of install.sh, told by these words, on a machine where nothing was installed; `put` prints what it would write. */
async function installing(words: readonly string[], steps: string): Promise<string> {
  const sources = ['options', 'actions', 'settings', 'packages', 'front', 'firewall'].map(
    (name) => `source ${join(checkout, `deploy/install/${name}.sh`)}`,
  );
  const script = `
    set -euo pipefail
    here=${join(checkout, 'deploy')} version=0 release=${checkout}
    ${sources.join('\n')}
    fail() { echo "$*"; exit 1; }
    setting() { :; }
    put() { echo "== $1"; cat; }
    read_options --origin https://kingbus.example "$@"
    complete_options
    ${steps}`;
  const { all } = await execa('bash', ['-c', script, 'install.sh', ...words], { all: true, reject: false });
  return all;
}

test.each(cases)('$words: $says', async ({ words, says }) => {
  expect(await installing(words, 'echo taken')).toContain(says);
});

describe('servers elsewhere', () => {
  const mysql = (hosts: string) => ['--database-url', `mysql://kingbus@${hosts}/kingbus?ssl=verify-identity`];
  const usual = [53, 80, 443];

  test.each([
    { of: 'nobody', words: [], ports: usual },
    { of: 'one host', words: mysql('db.example:3307'), ports: [...usual, 3307] },
    { of: 'one host, at its usual port', words: mysql('db.example'), ports: [...usual, 3306] },
    {
      of: 'several hosts',
      words: mysql('one.example:3306,two.example,three.example:3308'),
      ports: [...usual, 3306, 3308],
    },
    { of: 'an IPv6 address', words: mysql('[2001:db8::5]:3309'), ports: [...usual, 3309] },
    { of: 'an IPv6 address, at its usual port', words: mysql('[2001:db8::5]'), ports: [...usual, 3306] },
    { of: 'Redis', words: ['--redis-url', redis], ports: [...usual, 6379] },
    {
      of: 'Redis, at its usual port',
      words: ['--redis-url', 'rediss://kingbus@redis.example'],
      ports: [...usual, 6379],
    },
    {
      of: 'a cluster',
      words: ['--redis-url', 'redis+cluster://kingbus@one.example:7000,two.example:7001'],
      ports: [...usual, 7000, 7001],
    },
    {
      of: 'sentinels, and of the Redis that they name',
      words: ['--redis-url', 'rediss+sentinel://kingbus@one.example:26379,two.example:26380?name=mymaster'],
      ports: [...usual, 6379, 26_379, 26_380],
    },
    {
      of: 'both',
      words: [...mysql('db.example:3307'), '--redis-url', redis],
      ports: [...usual, 3307, 6379],
    },
    { of: 'an issuer', words: ['--acme-server', 'https://ca.example:9000/acme/directory'], ports: [...usual, 9000] },
    { of: 'an issuer, at its usual port', words: ['--acme-server', 'https://ca.example/directory'], ports: usual },
  ])('are reached at the ports of $of', async ({ words, ports }) => {
    const said = await installing(words, 'set_up_firewall');
    expect(said).toContain('\n== /etc/kingbus/firewall.nft\n');
    const open = /^define tcp_out = \{ (?<ports>.*) \}$/mu.exec(said)?.groups?.['ports'];
    expect(open?.split(', ').map(Number)).toEqual(ports);
  });

  test('are what the processes are told, each user at the same hosts', async () => {
    const hosts = 'one.example:3306,two.example:3306';
    const words = [...mysql(hosts), '--redis-url', redis];
    const written = (await installing(words, 'write_settings')).split('\n');
    const [settings, remembered] = [
      written.indexOf('== /etc/kingbus/kingbus.env'),
      written.indexOf('== /etc/kingbus/install.env'),
    ];
    expect(Math.min(settings, remembered)).toBeGreaterThanOrEqual(0);
    expect(written.slice(settings + 1)).toEqual([
      'KINGBUS_ENV=production',
      'KINGBUS_PUBLIC_ORIGIN=https://kingbus.example',
      `DATABASE_URL=mysql://kingbus@${hosts}/kingbus?ssl=verify-identity`,
      `KINGBUS_MIGRATION_DATABASE_URL=mysql://kingbus_migration@${hosts}/kingbus?ssl=verify-identity`,
      `KINGBUS_BACKUP_DATABASE_URL=mysql://kingbus_backup@${hosts}/kingbus?ssl=verify-identity`,
      `REDIS_URL=${redis}`,
      'KINGBUS_KEYS=/var/lib/kingbus/keys',
      'KINGBUS_FILES=/var/lib/kingbus/files',
    ]);
    expect(written.slice(remembered + 1, settings)).toEqual(
      expect.arrayContaining([
        `DATABASE_URL=mysql://kingbus@${hosts}/kingbus?ssl=verify-identity`,
        `REDIS_URL=${redis}`,
      ]),
    );
  });

  const packages = async (words: readonly string[]) => {
    const said = await installing([...words, '--dry-run'], 'install_packages');
    return /^ {3}there: (?<names>.*)$/mu.exec(said)?.groups?.['names']?.split(' ') ?? said;
  };

  test('are no packages of this machine', async () => {
    const [base, own] = [
      ['ca-certificates', 'openssl', 'logrotate'],
      ['mariadb-server', 'redis-server'],
    ];
    expect(await packages([])).toEqual([...base, ...own, 'caddy', 'nftables']);
    expect(await packages(['--front', 'apache'])).toEqual([...base, ...own, 'apache2', 'nftables']);
    expect(await packages(['--database-url', database])).toEqual([...base, 'redis-server', 'caddy', 'nftables']);
    expect(await packages(['--redis-url', redis, '--no-firewall'])).toEqual([...base, 'mariadb-server', 'caddy']);
    const elsewhere = ['--database-url', database, '--redis-url', redis];
    expect(await packages(elsewhere)).toEqual([...base, 'caddy', 'nftables']);
  });
});

describe('an issuer of certificates', () => {
  const server = 'https://ca.example:9000/acme/directory';

  test.each([
    { words: ['--acme-server', 'http://ca.example'], says: '--acme-server is the address of a directory' },
    { words: ['--acme-ca', '/nowhere.pem'], says: '--acme-ca: /nowhere.pem cannot be read' },
  ])('$words: $says', async ({ words, says }) => {
    expect(await installing(words, 'echo taken')).toBe(
      says + (says.endsWith('directory') ? ': https://…, not http://ca.example' : ''),
    );
  });

  test.each([
    { words: [], caddy: '', apache: [] },
    {
      words: ['--acme-server', server],
      caddy: `import acme ${server} /etc/ssl/certs/ca-certificates.crt`,
      apache: [`Define KINGBUS_ACME_SERVER ${server}`],
    },
    {
      words: ['--acme-server', server, '--acme-ca', '/etc/hostname'],
      caddy: `import acme ${server} /etc/kingbus/tls/acme-ca.pem`,
      apache: [`Define KINGBUS_ACME_SERVER ${server}`, 'Define KINGBUS_ACME_CA /etc/kingbus/tls/acme-ca.pem'],
    },
  ])('is told to both fronts: $words', async ({ words, caddy, apache }) => {
    const toCaddy = await installing([...words, '--dry-run'], 'put_drop_in() { :; }; set_up_caddy');
    expect(toCaddy.split('\n')).toContain(`KINGBUS_TLS=${caddy}`);
    const toApache = await installing([...words, '--dry-run'], 'apache_acme');
    expect(toApache.split('\n')).toEqual(['Define KINGBUS_ACME', ...apache]);
  });

  test('is asked for what it is trusted by: another one is not trusted by that', async () => {
    const remembered = `setting() { case $2 in ACME_SERVER) echo ${server} ;; ACME_CA) echo /etc/hostname ;; esac; }`;
    const then = (words: string) =>
      `${remembered}; read_options --origin https://kingbus.example ${words}; complete_options`;
    const look = 'echo "$acme_server $acme_ca"';
    expect(await installing([], `${then('')}; ${look}`)).toBe(`${server} /etc/hostname`);
    const other = 'https://acme-v02.api.letsencrypt.org/directory';
    expect(await installing([], `${then(`--acme-server ${other}`)}; ${look}`)).toBe(`${other} `);
  });
});
