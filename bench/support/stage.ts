import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '../../tests/support/db/test-database.ts';
import { Cleanup } from '../../local/command.ts';
import { takeFolder } from '../../local/folder.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import type { Front } from '../../local/servers/front.ts';
import { MariaDbCluster } from '../../local/servers/mariadb-cluster.ts';
import { startMariaDb } from '../../local/servers/mariadb.ts';
import { startRedis } from '../../local/servers/redis.ts';
import { ensureSigningKey } from '../../local/signing-key.ts';
import { folderPrefix, removeAbandonedFolders } from '../../local/test-folders.ts';
import { connect } from '../../db/engine/connect.ts';
import type { Database } from '../../db/engine/client.ts';
import { readKeys } from '../../adapters/node/keys-directory.ts';
import type { Keys } from '../../functions/ports.ts';
import { Crowd } from './crowd.ts';
import { startMeasured } from './measured-process.ts';
import type { MeasuredProcess } from './measured-process.ts';

export const publicOrigin = 'https://kingbus.bench';

/** Everything a measurement plays on: private servers, one database, and processes that end with the run. */
export class Stage {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly db: Database;
  readonly keys: Keys;
  /** Where everything of the run lives. */
  readonly folder: string;
  readonly #cleanup: Cleanup;
  #scene = new Cleanup();
  #started = 0;

  private constructor(
    folder: string,
    cleanup: Cleanup,
    parts: Pick<Stage, 'databaseUrl' | 'redisUrl' | 'db' | 'keys'>,
  ) {
    this.folder = folder;
    this.#cleanup = cleanup;
    this.databaseUrl = parts.databaseUrl;
    this.redisUrl = parts.redisUrl;
    this.db = parts.db;
    this.keys = parts.keys;
  }

  /** @param nodes of MariaDB: one server, or as many as a cluster has */
  static async set(nodes = 1): Promise<Stage> {
    await removeAbandonedFolders();
    const folder = mkdtempSync(join(tmpdir(), folderPrefix));
    const cleanup = new Cleanup();
    cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
    try {
      takeFolder(folder, (pid) => `Process ${pid} uses ${folder}.`);
      const at = join(folder, 'mariadb');
      const mariadb = await (nodes === 1
        ? startMariaDb({ folder: at })
        : MariaDbCluster.start({ folder: at, nodes, bufferPool: 256 }));
      cleanup.add(() => mariadb.stop());
      const redis = await startRedis({ folder: join(folder, 'redis') });
      cleanup.add(() => redis.stop());
      const keys = join(folder, 'keys');
      await ensureSigningKey(keys);
      const { url } = await createTestDatabase(mariadb.url);
      const db = connect(url, { connections: 10 });
      cleanup.add(() => db.$client.close());
      return new Stage(folder, cleanup, { databaseUrl: url, redisUrl: redis.url, db, keys: await readKeys(keys) });
    } catch (error) {
      await cleanup.run();
      throw error;
    }
  }

  /** What every process of the product is told, as deployed. */
  get productSettings(): Record<string, string> {
    return {
      KINGBUS_ENV: 'production',
      KINGBUS_LISTEN: '127.0.0.1:0',
      KINGBUS_PUBLIC_ORIGIN: publicOrigin,
      KINGBUS_KEYS: join(this.folder, 'keys'),
      KINGBUS_FILES: join(this.folder, 'files'),
      DATABASE_URL: this.databaseUrl,
      REDIS_URL: this.redisUrl,
    };
  }

  /** A chat process as deployed: `node adapters/node/chat.ts`. */
  startChat(): Promise<MeasuredProcess> {
    return this.start('adapters/node/chat.ts', {
      ...this.productSettings,
      // Limits of pace, which hold a person to what a person can write, would hold a bench too.
      KINGBUS_CHAT_ACCOUNT_RATE: 'off',
      KINGBUS_CHAT_ROOM_RATE: 'off',
      KINGBUS_CHAT_SOCKETS: '100000',
      KINGBUS_CHAT_SOCKETS_PER_ACCOUNT: '100000',
    });
  }

  async start(entry: string, environment: Record<string, string> = {}): Promise<MeasuredProcess> {
    const name = `${++this.#started}-${entry.replaceAll(/\W/gu, '-')}`;
    const process = await startMeasured(name, { entry, environment, folder: this.folder });
    this.#scene.add(() => process.stop());
    return process;
  }

  async startCrowd(): Promise<Crowd> {
    const crowd = await Crowd.start(this.folder);
    this.#scene.add(() => crowd.stop());
    return crowd;
  }

  /** Caddy with the product's own rules before these chat processes. */
  async startCaddy(chats: MeasuredProcess[]): Promise<Front> {
    const upstreams = chats.map(({ port }) => `127.0.0.1:${port}`);
    const front = await startCaddy({
      folder: join(this.folder, `caddy-${++this.#started}`),
      httpUpstreams: upstreams.slice(0, 1),
      chatUpstreams: upstreams,
    });
    this.#scene.add(() => front.stop());
    return front;
  }

  /** What the processes warned of, last of all: the first thing to know when a measurement broke off. */
  complaints(): string[] {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.log'))
      .flatMap((name) =>
        readFileSync(join(this.folder, name), 'utf8')
          .split('\n')
          .filter((line) => line !== '' && !/"level":[123]0|"listening"/u.test(line))
          .slice(-3)
          .map((line) => `${name}: ${line.slice(0, 1_000)}`),
      );
  }

  /** Ends the processes of one measurement, so that the next one has the machine to itself. */
  async clear(): Promise<void> {
    const scene = this.#scene;
    this.#scene = new Cleanup();
    await scene.run();
  }

  async strike(): Promise<void> {
    await this.clear();
    await this.#cleanup.run();
  }
}
