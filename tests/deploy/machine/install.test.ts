import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { boot } from './support/machine.ts';
import type { Machine } from './support/machine.ts';
import { copyRelease, makeRoot, runInRoot, unpackRelease } from './support/root.ts';

const fronts = [
  { front: 'caddy', unit: 'caddy.service' },
  { front: 'apache', unit: 'apache2.service' },
];

/** What has to run, whatever stands in front. */
const services = [
  'kingbus-http@8081.service',
  'kingbus-http@8082.service',
  'kingbus-chat@8091.service',
  'kingbus-chat@8092.service',
  'mariadb.service',
  'redis-server.service',
];

/** Asks this machine's front under its public name, and prints the status alone. */
const curl = '--silent --insecure --output /dev/null --write-out %{http_code} --resolve kingbus.test:443:127.0.0.1';

describe.each(fronts)('a bare Debian with deploy/install.sh --front $front', ({ front, unit }) => {
  let root: Awaited<ReturnType<typeof makeRoot>>;
  let release: string;
  let machine: Machine;
  const install = () => [
    `${release}/deploy/install.sh`,
    '--origin=https://kingbus.test',
    '--tls=internal',
    `--front=${front}`,
  ];
  const start = async () => (machine = await boot(root.folder, `kb-${front}`, join(inject('machineLogs'), front)));
  const all = [...services, unit];

  beforeAll(async () => {
    root = await makeRoot();
    release = await unpackRelease(root.folder, inject('release').tarball);
    await runInRoot(root.folder, install());
    await start();
  });
  afterAll(async () => {
    await machine?.halt();
    root?.remove();
  });

  /** Waits until the front answers under the public name, over TLS. */
  const answers = () =>
    expect
      .poll(
        async () => {
          const { all: status } = await machine.try('curl', ...curl.split(' '), 'https://kingbus.test/readyz');
          return status;
        },
        { timeout: 120_000, interval: 500 },
      )
      .toBe('200');
  const states = (names: readonly string[]) =>
    Promise.all(names.map(async (name) => (await machine.try('systemctl', 'is-active', name)).all.trim()));
  const failed = () => machine.run('systemctl', '--failed', '--plain', '--no-legend');
  const messages = async () =>
    Number(await machine.run('mariadb', '--skip-column-names', '-e', 'select count(*) from kingbus.messages'));

  test('serves by itself once it has booted', async () => {
    await answers();
    expect(await states(all)).toEqual(all.map(() => 'active'));
    expect(await failed()).toBe('');
  });

  test('is proven by a deal over TLS when the installation is repeated; from then on a repetition changes nothing', async () => {
    expect(await machine.run(...install())).toContain('A deal was made through https://kingbus.test.');
    expect(await messages()).toBeGreaterThan(0);
    const again = await machine.run(...install());
    expect(again.split('\n').filter((line) => /^ {3}(?:writing|copying|making)/u.test(line))).toEqual([]);
    await answers();
  });

  test('comes up by itself after a reboot, with nothing lost', async () => {
    const before = await messages();
    await machine.halt();
    await start();
    await answers();
    expect(await states(all)).toEqual(all.map(() => 'active'));
    expect(await failed()).toBe('');
    expect(await messages()).toBe(before);
    expect(await machine.run(...install(), '--prove')).toContain('A deal was made through https://kingbus.test.');
    expect(await messages()).toBeGreaterThan(before);
  });

  test.each(services)('%s comes back when it is killed', async (name) => {
    const pid = (await machine.run('systemctl', 'show', '--property=MainPID', '--value', name)).trim();
    await machine.run('kill', '-KILL', pid);
    await expect
      .poll(
        async () => {
          const { all: now } = await machine.try('systemctl', 'show', '-p', 'MainPID', '-p', 'ActiveState', name);
          return now.includes('ActiveState=active') && !now.includes(`MainPID=${pid}\n`) && !now.includes('MainPID=0');
        },
        { timeout: 120_000, interval: 200 },
      )
      .toBe(true);
    await answers();
  });

  test('the front comes back when it is killed', async () => {
    const pid = (await machine.run('systemctl', 'show', '--property=MainPID', '--value', unit)).trim();
    await machine.run('kill', '-KILL', pid);
    await answers();
  });

  /** Asks for something all the time, one after another, and gives how each was answered. */
  async function whileAsking(work: () => Promise<unknown>): Promise<string[]> {
    const ask = `until [ -e /tmp/enough ]; do curl ${curl} https://kingbus.test/healthz; echo; done`;
    const asking = machine.run('sh', '-c', `rm -f /tmp/enough; ${ask}`);
    await work().finally(() => machine.run('touch', '/tmp/enough'));
    return (await asking).split('\n').filter((line) => line !== '');
  }
  const current = async () => (await machine.run('readlink', '/srv/kingbus/current')).trim();

  test('takes a new release, and goes back from it, without losing a request', async () => {
    const before = await current();
    const file = copyRelease(root.folder, release, { version: '9.0.0' });
    const answered = await whileAsking(async () => {
      expect(await machine.run('kingbus', 'deploy', file)).toContain('9.0.0 runs.');
      expect(await current()).toBe('releases/9.0.0');
      await machine.run('kingbus', 'roll-back');
    });
    expect(await current()).toBe(before);
    expect(answered.length).toBeGreaterThan(10);
    expect(answered.filter((status) => status !== '200')).toEqual([]);
    expect(await failed()).toBe('');
  });

  test('goes back by itself from a release that does not start, without losing a request', async () => {
    const before = await current();
    const previous = await machine.run('readlink', '/srv/kingbus/previous');
    const file = copyRelease(root.folder, release, { version: '9.0.1', broken: true });
    const answered = await whileAsking(async () => {
      const { exitCode, all: said } = await machine.try('kingbus', 'deploy', file);
      expect(said).toContain('9.0.1 did not come up;');
      expect(exitCode).toBe(1);
    });
    expect(await current()).toBe(before);
    // Going back further does not lead to what is broken.
    expect(await machine.run('readlink', '/srv/kingbus/previous')).toBe(previous);
    expect(answered.filter((status) => status !== '200')).toEqual([]);
    expect(await states(all)).toEqual(all.map(() => 'active'));
  });

  test('keeps to itself what is secret', async () => {
    const secrets = (await machine.run('sh', '-c', 'cat /etc/kingbus/secrets/*')).trim().split('\n');
    const seen = [
      await machine.run('ps', '-eww', '-o', 'args'),
      await machine.run('journalctl', '--no-pager'),
      await machine.run('sh', '-c', 'cat /etc/kingbus/*.env /etc/redis/kingbus.*'),
    ].join('\n');
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  });

  test('listens where the table of ports says, and nowhere else', async () => {
    const said = await machine.run('ss', '--listening', '--tcp', '--udp', '--numeric', '--no-header');
    const open = said.split('\n').map((line) => line.trim().split(/\s+/u)[4]);
    const outside = open.filter((address) => address !== undefined && !/^(?:127\.0\.0\.\d+|\[::1\]):/u.test(address));
    const ports = outside.map((address) => address?.replace(/^.*:/u, ''));
    expect(new Set(ports)).toEqual(new Set(['80', '443']));
  });
});
