import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { checkout } from '../../../local/folder.ts';
import { retryTakenPort, startInBackground } from '../../../local/servers/background.ts';
import { freePort } from '../../../local/servers/ports.ts';
import { program } from '../../../local/tools/tools.ts';

export interface ProductionRedis {
  port: number;
  /** With the one user that production has. */
  url: string;
  /** What that user was refused since it was last asked. */
  refusals: () => Promise<string[]>;
  /** The commands that anybody gave it since it was last asked, those within scripts too, by their names in an access list. */
  commands: () => Promise<string[]>;
  /** Takes commands from that user, or gives them back: `-publish`, `+publish`. */
  allow: (...rules: string[]) => Promise<unknown>;
  stop: () => Promise<void>;
}

const source = (name: string): string => readFileSync(join(checkout, 'deploy/redis', name), 'utf8');

/** Redis as a server of production runs it: its settings and its one user, from deploy/redis/. Only who looks on is added. */
export async function startProductionRedis(): Promise<ProductionRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'kingbus-production-redis-'));
  const password = randomBytes(16).toString('hex');
  const hash = createHash('sha256').update(password).digest('hex');
  const users = [
    source('kingbus.acl').replace('PASSWORDS', `#${hash}`).trimEnd(),
    'user onlooker on nopass allcommands',
  ];
  writeFileSync(join(folder, 'kingbus.acl'), `${users.join('\n')}\n`);
  return retryTakenPort(async () => {
    const port = await freePort();
    const settings = source('kingbus.conf')
      .replace(/^port 6379$/mu, `port ${port}`)
      .replace('/etc/redis/kingbus.acl', join(folder, 'kingbus.acl'))
      .replace('/var/lib/redis', folder)
      .replace('supervised systemd', 'supervised no\nset-proc-title no');
    writeFileSync(join(folder, 'redis.conf'), settings);
    const onlooker = new Redis({
      port,
      username: 'onlooker',
      password: 'any',

      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
    });
    onlooker.on('error', () => {});
    const server = await startInBackground({
      name: 'Redis',
      program: program('redis-server', 'valkey-server'),
      arguments: [join(folder, 'redis.conf')],
      folder,
      answers: async () => (await onlooker.ping()) === 'PONG',
    });
    return {
      port,
      url: `redis://kingbus:${password}@127.0.0.1:${port}`,
      async refusals() {
        const entries = (await onlooker.acl('LOG')) as string[][];
        await onlooker.acl('LOG', 'RESET');
        return entries.map((entry) => `${entry[3]} ${entry[7]}`);
      },
      async commands() {
        const stats = await onlooker.info('commandstats');
        await onlooker.config('RESETSTAT');
        const names = [...stats.matchAll(/^cmdstat_(\S+):calls=[1-9]/gmu)].map(([, name]) => name as string);
        return names.filter((name) => !/^(?:acl|config)\|/u.test(name));
      },
      allow: (...rules) => onlooker.acl('SETUSER', 'kingbus', ...rules),
      async stop() {
        onlooker.disconnect();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });
}
