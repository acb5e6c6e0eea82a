import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkout } from '../../../../local/folder.ts';
import { program } from '../../../../local/tools/tools.ts';
import type { Report } from '../../../restarts/run.ts';
import type { Load } from './load.ts';
import type { Machine } from './machine.ts';

/** The name that the machine's front serves. */
const site = 'kingbus.test';

/** As the table of docs/operations.md has it: half of the requests place a trip, and both sides of a talk write five a second. */
const options: Load['options'] = {
  requestsPerSecond: 50,
  // They come whether others wait or not; JSON knows no infinity.
  requestsAtOnce: 1_000_000,
  talks: 8,
  messagesPerSecond: 5,
  calmMs: 2_000,
};

/**
 * Has people use a machine over TLS while something is done in it. They are in its network and not in it: what they take is not
 * counted among what its services may.
 *
 * @param folder the machine's root
 * @returns what they noticed
 */
export async function underLoadIn(machine: Machine, folder: string, work: () => Promise<void>): Promise<Report> {
  const password = readFileSync(join(folder, 'etc/kingbus/secrets/KINGBUS_DATABASE_PASSWORD'), 'utf8').trim();
  const databaseUrl = `mysql://kingbus:${password}@127.0.0.1:3306/kingbus`;
  const load: Load = { origin: `https://${site}`, databaseUrl, options };
  const hosts = join(folder, 'tmp/hosts-of-load');
  writeFileSync(hosts, `127.0.0.1 localhost ${site}\n`);
  const asHosts = ['sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts];
  const quickly = ['--import', join(checkout, 'local/import-quickly.ts')];
  const words = [...quickly, join(import.meta.dirname, 'load.ts'), JSON.stringify(load)];
  const people = execa(
    program('nsenter'),
    [`--net=/proc/${machine.leader}/ns/net`, 'unshare', '--mount', ...asHosts, process.execPath, ...words],
    { env: { NODE_EXTRA_CA_CERTS: join(folder, 'etc/kingbus/tls/ca.pem') }, cwd: checkout, stderr: 'inherit' },
  );
  const begun = Promise.race([
    new Promise<void>((resolve) => void people.stdout.once('data', () => resolve())),
    people.then(({ stdout }) => Promise.reject(new Error(`the load ended before it began: ${stdout}`))),
  ]);
  try {
    await begun;
    await work();
    people.stdin.end();
    const { stdout } = await people;
    return JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report;
  } finally {
    people.kill();
  }
}

/** One line, for people. */
export function inWords({ requests, talks }: Report): string {
  const failed = requests.failed.length + requests.wrongTrips.length;
  const ofRequests = `${requests.requests} requests, ${failed} failed, ${requests.slowest} ms at most`;
  const { messages, wrong, slowest, reconnects } = talks;
  return `${ofRequests}; ${messages} messages, ${wrong.length} wrong, ${slowest} ms at most, ${reconnects} times connected again`;
}
