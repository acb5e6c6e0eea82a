import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Report } from '../../restarts/run.ts';
import { addMigrations, writeColumn } from '../../restarts/versions.ts';
import type { Migration } from '../../restarts/versions.ts';
import { operating } from '../runbook/steps.ts';
import { answering, knock, knockInVain, listen } from '../support/doors.ts';
import { connectTwoHosts } from '../support/two-hosts.ts';
import { boot } from './support/machine.ts';
import type { Machine } from './support/machine.ts';
import { breakRelease, copyRelease, makeRoot, runInRoot, unpackRelease } from './support/root.ts';
import { inWords, underLoadIn } from './support/under-load.ts';

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

/** As the runbook has all processes restarted. */
const rolling = operating.find(({ types }) => types.startsWith('for unit in '))?.types ?? '';

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

  /** The processes that serve, each by its pid. */
  const pids = () => machine.run('systemctl', 'show', '--property=MainPID', 'kingbus-http@*', 'kingbus-chat@*');
  const current = async () => (await machine.run('readlink', '/srv/kingbus/current')).trim();
  /** Nothing failed, nothing was lost, doubled or moved, while so many at least were asked and said. */
  const unnoticed = ({ requests, talks }: Report) => {
    const noticed = [...requests.failed, ...requests.wrongTrips, ...talks.wrong];
    expect({ noticed: noticed.slice(0, 10), times: noticed.length }).toEqual({ noticed: [], times: 0 });
    expect(requests.requests).toBeGreaterThan(200);
    expect(talks.messages).toBeGreaterThan(200);
  };

  /** Numbers the releases, migrations and columns of all rows: they are of one machine. */
  let deploys = 0;
  const migrations: Migration[] = [];

  describe.each(['two processes of each kind', 'one process of each kind'] as const)('under load, %s', (processes) => {
    beforeAll(async () => {
      if (processes === 'one process of each kind') await machine.run(...install(), '--http=8081', '--chat=8091');
    });

    test('restart one after another, and nobody notices', async ({ annotate }) => {
      const report = await underLoadIn(machine, root.folder, async () => void (await machine.run('sh', '-c', rolling)));
      await annotate(inWords(report));
      unnoticed(report);
      expect(report.talks.reconnects).toBeGreaterThanOrEqual(8);
    });

    test('take new releases with their migrations, and go back, and nobody notices', async ({ annotate }) => {
      const before = await current();
      const column = `channel_${++deploys}`;
      const make = (number: number, change: (tree: string) => void) =>
        copyRelease(root.folder, release, `9.${deploys}.${number}`, (tree) => {
          addMigrations(tree, migrations);
          change(tree);
        });
      migrations.push({ kind: 'expand', column });
      // Writes a column of its own; has given it up again; takes it away.
      const releases = [make(0, (tree) => writeColumn(tree, column)), make(1, () => {})];
      migrations.push({ kind: 'contract', column });
      releases.push(make(2, () => {}));
      const report = await underLoadIn(machine, root.folder, async () => {
        for (const [index, file] of releases.entries()) {
          expect(await machine.run('kingbus', 'deploy', file)).toContain(`9.${deploys}.${index} runs.`);
        }
        expect(await current()).toBe(`releases/9.${deploys}.2`);
        await machine.run('kingbus', 'roll-back');
      });
      await annotate(inWords(report));
      expect(await current()).toBe(`releases/9.${deploys}.1`);
      unnoticed(report);
      expect(await failed()).toBe('');
      expect(before).not.toBe(await current());
    });

    test('leave a release that does not start by themselves, and nobody notices', async ({ annotate }) => {
      const before = await current();
      const previous = await machine.run('readlink', '/srv/kingbus/previous');
      const file = copyRelease(root.folder, release, `9.${deploys}.3`, (tree) => {
        addMigrations(tree, migrations);
        breakRelease(tree);
      });
      const serving = await pids();
      const report = await underLoadIn(machine, root.folder, async () => {
        const { exitCode, all: said } = await machine.try('kingbus', 'deploy', file);
        expect(said).toContain(`9.${deploys}.3 did not come up;`);
        expect(exitCode).toBe(1);
      });
      await annotate(inWords(report));
      expect(await current()).toBe(before);
      // Going back further does not lead to what is broken.
      expect(await machine.run('readlink', '/srv/kingbus/previous')).toBe(previous);
      // It was found out beside those that serve: none of them has stopped for it.
      expect(await pids()).toBe(serving);
      expect(await failed()).toBe('');
      unnoticed(report);
    });
  });

  // Here the front has to read its site anew: what that cuts off is said in caddy/README.md.
  test('gets processes and loses them, and nothing that was acknowledged is lost', async ({ annotate }) => {
    const words = (http: string, chat: string) => [...install(), `--http=${http}`, `--chat=${chat}`];
    const report = await underLoadIn(machine, root.folder, async () => {
      await machine.run(...words('8081 8082 8083', '8091 8092'));
      await machine.run(...words('8081 8082', '8091 8092'));
    });
    await annotate(inWords(report));
    const { requests, talks } = report;
    expect([...requests.wrongTrips.filter((line) => line.endsWith(' is lost')), ...talks.wrong]).toEqual([]);
    expect(requests.failed.filter((line) => !/: 503 |socket hang up|ECONNRESET/u.test(line))).toEqual([]);
    expect(requests.failed.length).toBeLessThan(requests.requests / 100);
    expect(await states([...all, 'kingbus-http@8083.service'])).toEqual([...all.map(() => 'active'), 'inactive']);
    expect(await failed()).toBe('');
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

  test('answers the world at SSH and the web alone, whatever listens', async () => {
    const hosts = await connectTwoHosts(machine.leader);
    try {
      await listen(hosts.server, [22, 8083, 9999], [53]);
      const open = ['tcp/22', 'tcp/80', 'tcp/443'];
      expect(await knock(hosts.outside, hosts.server, open)).toEqual(answering(open));
      const closed = ['tcp/3306', 'tcp/6379', 'tcp/8081', 'tcp/8083', 'tcp/8091', 'tcp/9999', 'tcp/18081', 'udp/53'];
      expect(await knockInVain(hosts, closed)).toBe('');
    } finally {
      await hosts.end();
    }
  });
});
