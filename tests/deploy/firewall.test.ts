import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkout } from '../../local/folder.ts';
import { program } from '../../local/tools/tools.ts';
import { answering, knock, knockInVain, listen } from './support/doors.ts';
import { connectTwoHosts, overIpv6 } from './support/two-hosts.ts';

const tcp = [21, 22, 25, 53, 80, 111, 443, 3306, 6379, 8081, 8091, 18_081];
const udp = [53, 111, 123, 443, 5353];
const doors = [...tcp.map((port) => `tcp/${port}`), ...udp.map((port) => `udp/${port}`)];

const openToAll = ['tcp/22', 'tcp/80', 'tcp/443', 'udp/443'];
const openFromHere = ['tcp/53', 'tcp/80', 'tcp/443', 'udp/53', 'udp/123'];
const without = (some: readonly string[]) => doors.filter((door) => !some.includes(door));

let hosts: Awaited<ReturnType<typeof connectTwoHosts>>;
let folder: string;

/** Both ways in which they reach each other: IPv4 and IPv6. */
const ways = () => [hosts, overIpv6(hosts)];

/** The ruleset with this machine's folder of additions, which a test fills. */
const ruleset = () =>
  readFileSync(join(checkout, 'deploy/nftables/kingbus.nft'), 'utf8').replaceAll('/etc/kingbus/firewall.d', folder);
const load = (text: string) => hosts.server.run(program('nft'), ['-f', '-'], text);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kingbus-firewall-'));
  hosts = await connectTwoHosts();
  for (const host of [hosts.server, hosts.outside]) await listen(host, tcp, udp);
});
afterAll(async () => {
  await hosts?.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('the firewall', () => {
  test('is what keeps anybody out: without it all is open', async () => {
    for (const { server, outside } of ways()) {
      expect(await knock(outside, server, doors)).toEqual(answering(doors));
      expect(await knock(server, outside, doors)).toEqual(answering(doors));
    }
    await load(ruleset());
  });

  test('lets SSH and the web in', async () => {
    for (const { server, outside } of ways()) {
      expect(await knock(outside, server, openToAll)).toEqual(answering(openToAll));
    }
  });

  test('drops everything else that comes, without a word', async () => {
    for (const way of ways()) expect(await knockInVain(way, without(openToAll))).toBe('');
  });

  test('lets names, time and the web out', async () => {
    for (const { server, outside } of ways()) {
      expect(await knock(server, outside, openFromHere)).toEqual(answering(openFromHere));
    }
  });

  test('refuses to let anything else out, and says so at once', async () => {
    for (const { server, outside } of ways()) {
      const refused = await knock(server, outside, without(openFromHere));
      expect(refused).toHaveLength(without(openFromHere).length);
      expect(refused.filter((outcome) => outcome.endsWith(' open'))).toEqual([]);
    }
  });

  test('leaves the machine itself alone', async () => {
    for (const address of ['127.0.0.1', '::1']) {
      expect(await knock(hosts.server, { ...hosts.server, address }, doors)).toEqual(answering(doors));
    }
  });

  test('takes rules of the operator, may be loaded again, and touches no other table', async () => {
    await load('table inet other {\n chain input {\n type filter hook input priority filter + 10;\n }\n}\n');
    writeFileSync(join(folder, 'own.nft'), 'add rule inet kingbus input ip saddr 192.0.2.2 tcp dport 18081 accept\n');
    await load(ruleset());
    await load(ruleset());
    expect(await knock(hosts.outside, hosts.server, ['tcp/18081'])).toEqual(['tcp/18081 open']);
    expect(await knockInVain(hosts, ['tcp/3306'])).toBe('');
    expect(await hosts.server.run(program('nft'), ['list', 'tables'])).toContain('table inet other');
  });
});
