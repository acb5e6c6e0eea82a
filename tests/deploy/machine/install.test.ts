import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { issuerName, startIssuer } from '../../../local/servers/issuer.ts';
import { program } from '../../../local/tools/tools.ts';
import { readPage } from '../../docs/support/markdown.ts';
import type { Report } from '../../restarts/run.ts';
import { addMigrations, writeColumn } from '../../restarts/versions.ts';
import type { Migration } from '../../restarts/versions.ts';
import { operating } from '../runbook/steps.ts';
import { answering, knock, knockInVain, listen } from '../support/doors.ts';
import { namedNetwork } from '../support/named-network.ts';
import { connectTwoHosts, overIpv6 } from '../support/two-hosts.ts';
import { boot } from './support/machine.ts';
import type { Machine } from './support/machine.ts';
import { breakRelease, copyRelease, makeRoot, runInRoot, unpackRelease } from './support/root.ts';
import { inWords, underLoadIn } from './support/under-load.ts';

const fronts = [
  { front: 'caddy', unit: 'caddy.service', log: '/var/log/caddy/kingbus.log' },
  { front: 'apache', unit: 'apache2.service', log: '/var/log/apache2/*.log' },
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

/** As it has a backup restored: from the stop to the start. */
const restoring = (folder: string): string[] => {
  const at = operating.findIndex(({ types }) => types.startsWith('kingbus restore '));
  return operating.slice(at - 5, at + 2).map(({ types }) => types.replace('/var/backups/kingbus/BACKUP', folder));
};

describe.each(fronts)('a bare Debian with deploy/install.sh --front $front', ({ front, unit, log }) => {
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
  const property = async (name: string, of: string) =>
    (await machine.run('systemctl', 'show', `--property=${name}`, '--value', of)).trim();
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

  test('has booted twice without a complaint of anything that is ours', async () => {
    const units = ['kingbus*', 'mariadb', 'redis-server', unit].map((name) => `--unit=${name}`);
    const journal = (...words: string[]) => machine.try('journalctl', '--no-pager', '--quiet', ...units, ...words);
    expect((await journal('--output=cat', '--grep="level":(50|60)')).all).toBe('');
    expect((await journal('--priority=err')).all).toBe('');
    // It is there that they would be.
    expect((await journal('--output=cat', '--grep="level":30')).all).toContain('"msg":"listening"');
  });

  test('gives each service what it needs and no more, and leaves no core of what passes through it', async () => {
    const limits = async (name: string) => [
      await property('LimitCORE', name),
      await property('LimitNOFILE', name),
      await property('MemoryMax', name),
    ];
    const [kibi, gibi] = [1024, 1024 ** 3];
    const process = (memory: number) => ['0', String(64 * kibi), String(memory)];
    expect(await limits('kingbus-http@8081.service')).toEqual(process(gibi));
    expect(await limits('kingbus-chat@8091.service')).toEqual(process(2 * gibi));
    const others = ['mariadb.service', 'redis-server.service', unit];
    const [database, redis, web] = await Promise.all(others.map(limits));
    // Why the database has none is in its drop-in.
    expect([database?.[2], redis?.[2], web?.[2]]).toEqual(['infinity', String(gibi), String(gibi)]);
    for (const name of all) expect([name, await property('LimitCORE', name)]).toEqual([name, '0']);
  });

  test('has nothing in the units of others that systemd does not understand, and a user who cannot log in', async () => {
    // Ours are looked at by tests/deploy/units.test.ts; these are as the packages have them, and what we change.
    const others = await Promise.all(['mariadb', 'redis-server', unit].map((name) => property('FragmentPath', name)));
    expect(await machine.run('systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', ...others)).toBe('');
    expect((await machine.run('getent', 'passwd', 'kingbus')).trim()).toMatch(/:\/usr\/sbin\/nologin$/u);
    expect(await machine.run('getent', 'shadow', 'kingbus')).toMatch(/^kingbus:[!*]+:/u);
  });

  test('keeps its logs for as long as it says', async () => {
    const { all: rotated } = await machine.try('logrotate', '--debug', '/etc/logrotate.conf');
    expect(rotated).not.toMatch(/^error:/mu);
    expect(rotated).toContain(`rotating pattern: ${log} `);
    expect(rotated).toMatch(/^considering log \/var\/log\/mysql\/mariadb-slow\.log$/mu);
    expect(await machine.run('systemctl', 'is-enabled', 'logrotate.timer')).toContain('enabled');
    const journal = await machine.run('systemd-analyze', 'cat-config', 'systemd/journald.conf');
    expect(journal).toMatch(/^# \/etc\/systemd\/journald\.conf\.d\/kingbus\.conf$/mu);
    expect(journal).toMatch(/^SystemMaxUse=2G$/mu);
  });

  /** Waits until a service runs as another process than that one. */
  const comesBack = (name: string, pid: string) =>
    expect
      .poll(
        async () => {
          const { all: now } = await machine.try('systemctl', 'show', '-p', 'MainPID', '-p', 'ActiveState', name);
          return now.includes('ActiveState=active') && !now.includes(`MainPID=${pid}\n`) && !now.includes('MainPID=0');
        },
        { timeout: 120_000, interval: 200 },
      )
      .toBe(true);

  test.each(services)('%s comes back when it is killed', async (name) => {
    const pid = await property('MainPID', name);
    await machine.run('kill', '-KILL', pid);
    await comesBack(name, pid);
    await answers();
  });

  test('a process that stands still is replaced', async () => {
    const name = 'kingbus-http@8081.service';
    const pid = await property('MainPID', name);
    await machine.run('kill', '-STOP', pid);
    await comesBack(name, pid);
    await answers();
    expect(await machine.run('journalctl', '--no-pager', '--unit', name)).toMatch(/Watchdog timeout/u);
    expect(await failed()).toBe('');
  });

  test('the front comes back when it is killed', async () => {
    const pid = await property('MainPID', unit);
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

  // It is the same whatever stands in front.
  test.runIf(front === 'caddy')(
    'backs up under load what another machine restores, with all that was acknowledged before',
    async ({ annotate }) => {
      let before: string[] = [];
      const atFirst = await messages();
      const report = await underLoadIn(machine, root.folder, async () => {
        await expect.poll(messages, { timeout: 60_000 }).toBeGreaterThan(atFirst + 200);
        before = await messagesOf(machine);
        await machine.run('kingbus', 'backup', '--to', '/var/backups/kingbus');
      });
      await annotate(inWords(report));
      unnoticed(report);
      const [backup = ''] = (await machine.run('ls', '-t', '/var/backups/kingbus')).split('\n');

      const second = await makeRoot();
      let other: Machine | undefined;
      try {
        await unpackRelease(second.folder, inject('release').tarball);
        await runInRoot(second.folder, install());
        cpSync(join(root.folder, 'var/backups/kingbus', backup), join(second.folder, 'root', backup), {
          recursive: true,
        });
        other = await boot(second.folder, `kb-${front}-second`, join(inject('machineLogs'), `${front}-second`));
        // Backups are of the user who runs `kingbus`.
        await other.run('mv', `/root/${backup}`, '/var/backups/kingbus/');
        await other.run('chown', '-R', 'kingbus:kingbus', `/var/backups/kingbus/${backup}`);
        for (const command of restoring(`/var/backups/kingbus/${backup}`)) await other.run('sh', '-c', command);
        const [lost, there] = [new Set(before), await messagesOf(other)];
        for (const message of there) lost.delete(message);
        expect([...lost]).toEqual([]);
        expect(await other.run('kingbus', 'check')).toMatch(/\b0 faults/u);
        expect(await other.run(...install(), '--prove')).toContain('A deal was made through https://kingbus.test.');
      } finally {
        await other?.halt();
        second.remove();
      }
    },
  );

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

  test('shows the certificate that it is given, and a deal is made with it', async () => {
    const made = `
      set -e
      cd /root
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=an issuer' -addext basicConstraints=critical,CA:TRUE -keyout ca-key.pem -out ca.pem
      openssl req -new -newkey rsa:2048 -nodes -subj /CN=kingbus.test -keyout key.pem -out request.pem
      printf 'subjectAltName=DNS:kingbus.test\n' >extensions
      openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile extensions -out cert.pem
      cp ca.pem /usr/local/share/ca-certificates/an-issuer.crt
      update-ca-certificates`;
    await machine.run('sh', '-c', made);
    const said = await machine.run(...install(), '--tls=/root/cert.pem,/root/key.pem', '--prove');
    expect(said).toContain('A deal was made through https://kingbus.test.');
    expect(await issuerShown()).toContain('an issuer');
  });

  test('gets a certificate of an issuer that speaks ACME, and a deal is made with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kingbus-issuer-'));
    const enter = [program('nsenter'), `--net=/proc/${machine.leader}/ns/net`];
    const network = await namedNetwork(enter, folder, [issuerName, 'kingbus.test']);
    const issuer = await startIssuer(folder, network);
    try {
      cpSync(issuer.root, join(root.folder, 'root/issuer.pem'));
      await machine.run('sh', '-c', `echo 127.0.0.1 localhost ${issuerName} >>/etc/hosts`);
      const words = ['--tls=acme', `--acme-server=${issuer.directory}`, '--acme-ca=/root/issuer.pem', '--prove'];
      expect(await machine.run(...install(), ...words)).toContain('A deal was made through https://kingbus.test.');
      expect(await issuerShown()).toContain('Caddy Local Authority - ECC Intermediate');
      expect(await failed()).toBe('');
    } finally {
      await issuer.stop();
      rmSync(folder, { recursive: true });
      await machine.run(...install());
    }
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
    expect(await listening()).toEqual(tableOfPorts().filter((row) => front === 'caddy' || row !== 'all 443 udp'));
  });

  test('answers the world at SSH and the web alone, whatever listens', async () => {
    const hosts = await connectTwoHosts(machine.leader);
    try {
      await listen(hosts.server, [22, 8083, 9999], [53]);
      const open = ['tcp/22', 'tcp/80', 'tcp/443'];
      expect(await knock(hosts.outside, hosts.server, open)).toEqual(answering(open));
      const closed = ['tcp/3306', 'tcp/6379', 'tcp/8081', 'tcp/8083', 'tcp/8091', 'tcp/9999', 'tcp/18081', 'udp/53'];
      expect(await knockInVain(hosts, closed)).toBe('');
      const otherWay = overIpv6(hosts);
      expect(await knock(otherWay.outside, otherWay.server, open)).toEqual(answering(open));
      expect(await knockInVain(otherWay, closed)).toBe('');
    } finally {
      await hosts.end();
    }
  });

  test('is taken away but for what people would miss, and is back with it when it is installed again', async () => {
    const before = await messages();
    const secrets = await machine.run('sh', '-c', 'sha256sum /etc/kingbus/secrets/* /var/lib/kingbus/keys/*');
    await machine.run('kingbus', 'backup', '--to', '/var/backups/kingbus');
    const backups = await machine.run('ls', '/var/backups/kingbus');
    await machine.run(`${release}/deploy/install.sh`, '--uninstall');

    const gone = [
      '/srv/kingbus',
      '/usr/local/bin/kingbus',
      '/etc/redis/kingbus.conf',
      '/etc/logrotate.d/kingbus-caddy',
    ];
    expect(gone.filter((path) => existsSync(join(root.folder, path)))).toEqual([]);
    expect(await machine.run('sh', '-c', "find /etc/systemd -name '*kingbus*'")).toBe('');
    expect(await machine.run('systemctl', 'list-units', '--plain', '--no-legend', 'kingbus*')).toBe('');
    expect(await machine.run('nft', 'list', 'tables')).not.toContain('kingbus');
    expect(await listening()).toEqual(['loopback 3306 tcp']);
    expect(await failed()).toBe('');

    expect(await messages()).toBe(before);
    expect(await machine.run('sh', '-c', 'sha256sum /etc/kingbus/secrets/* /var/lib/kingbus/keys/*')).toBe(secrets);
    expect(await machine.run('ls', '/var/backups/kingbus')).toBe(backups);

    await machine.run(...install(), '--prove');
    await answers();
    expect(await states(all)).toEqual(all.map(() => 'active'));
    expect(await messages()).toBeGreaterThan(before);
    expect(await listening()).toContain('loopback 8081 tcp');
    expect(await machine.run('nft', 'list', 'tables')).toContain('kingbus');
  });

  /** Who has issued the certificate that the front shows. */
  const issuerShown = () =>
    machine.run(
      'sh',
      '-c',
      'openssl s_client -connect 127.0.0.1:443 -servername kingbus.test </dev/null 2>/dev/null | openssl x509 -noout -issuer',
    );

  /** Where somebody listens, each place once: `loopback 8081 tcp`, `all 443 udp`. */
  async function listening(): Promise<string[]> {
    const said = await machine.run('ss', '--listening', '--tcp', '--udp', '--numeric', '--no-header');
    const places = said
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [kind = '', , , , address = ''] = line.trim().split(/\s+/u);
        const [, host = '', port = ''] = /^(.*):(\d+)$/u.exec(address) ?? [];
        return `${/^(?:127\.|\[::1\])/u.test(host) ? 'loopback' : 'all'} ${port} ${kind}`;
      });
    return [...new Set(places)].toSorted();
  }
});

/** Every message that there is: its room, its place there, and a hash of what it says. */
async function messagesOf(machine: Machine): Promise<string[]> {
  const select = "select concat_ws(' ', hex(room_id), seq, sha2(body, 256)) from kingbus.messages";
  return (await machine.run('mariadb', '--skip-column-names', '-e', select)).trim().split('\n');
}

/** Where somebody listens, as the table of deploy/README.md says: `loopback 8081 tcp`. SSH is not in this machine. */
function tableOfPorts(): string[] {
  const table = readPage('deploy/README.md').tables.find(({ header }) => header[0]?.text === 'port');
  const places = (table?.rows ?? []).flatMap(([ports, address]) => {
    const [, numbers = '', kind = ''] = /^([\d, ]+) (tcp|udp)$/u.exec(ports?.text ?? '') ?? [];
    expect(kind, ports?.text).not.toBe('');
    return numbers.split(', ').map((port) => `${address?.text} ${port} ${kind}`);
  });
  return places.filter((place) => place !== 'all 22 tcp').toSorted();
}
