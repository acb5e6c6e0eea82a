import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startApache } from '../../local/servers/apache.ts';
import { startCaddy } from '../../local/servers/caddy.ts';
import type { Front } from '../../local/servers/front.ts';
import { ensureSigningKey } from '../../local/signing-key.ts';
import { createTestDatabase } from '../support/db/test-database.ts';
import { holdSocket } from '../support/servers/held-socket.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { Closing } from '../faults/closing.ts';

export type FrontName = 'Caddy' | 'Apache';
const fronts = { Caddy: startCaddy, Apache: startApache };

export interface WorldOptions {
  folder: string;
  databaseUrl: string;
  redisUrl: string;
  front: FrontName;
  /** How many processes of each kind. */
  http: number;
  chat: number;
}

/** Processes as systemd runs them, each with a socket that is held for it, behind a real front. */
export interface World {
  origin: string;
  databaseUrl: string;
  /** The settings of its processes. */
  environment: Record<string, string>;
  processes: readonly HeldProcess[];
  close: () => Promise<void>;
}

/** The process of one unit: what runs there comes and goes, its socket stays. */
export class HeldProcess {
  readonly #socket = holdSocket();
  readonly #entry: string;
  readonly #environment: Record<string, string>;
  readonly #log: string;
  #runs = 0;
  #process: ProductProcess | undefined;

  constructor(kind: 'http' | 'chat', environment: Record<string, string>, log: string) {
    this.#entry = `adapters/node/${kind}.ts`;
    this.#environment = environment;
    this.#log = log;
  }

  /** host:port */
  get address(): string {
    return `127.0.0.1:${this.#socket.port}`;
  }

  /** @param folder another version's tree, if not this one */
  async start(folder?: string): Promise<void> {
    const options = { socket: this.#socket, ...(folder !== undefined && { folder }) };
    this.#process = await startProduct(this.#entry, this.#environment, `${this.#log}-${++this.#runs}.log`, options);
  }

  /** As `systemctl restart` does it: the old one ends, then the new one begins. */
  async restart(folder?: string): Promise<void> {
    const code = await this.#process?.stop();
    if (code !== 0) throw new Error(`${this.#entry} ended with ${code}`);
    await this.start(folder);
  }

  async close(): Promise<void> {
    await this.#process?.kill();
    this.#socket.close();
  }
}

export function startWorld(options: WorldOptions): Promise<World> {
  const closing = new Closing();
  return closing.orClose(async () => {
    const folder = mkdtempSync(join(options.folder, 'world-'));
    const database = await createTestDatabase(options.databaseUrl);
    closing.add(database.drop);
    const keys = join(folder, 'keys');
    await ensureSigningKey(keys);
    const environment = {
      KINGBUS_ENV: 'test',
      KINGBUS_KEYS: keys,
      KINGBUS_FILES: join(folder, 'files'),
      KINGBUS_PASSWORD_COST: '4',
      KINGBUS_CHAT_ACCOUNT_RATE: 'off',
      KINGBUS_CHAT_ROOM_RATE: 'off',
      DATABASE_URL: database.url,
      REDIS_URL: options.redisUrl,
    };
    const processes = (kind: 'http' | 'chat') =>
      Array.from({ length: options[kind] }, (_, index) => {
        const process = new HeldProcess(kind, environment, join(folder, `${kind}-${index + 1}`));
        closing.add(() => process.close());
        return process;
      });
    const [http, chat] = [processes('http'), processes('chat')];
    await Promise.all([...http, ...chat].map((process) => process.start()));
    const front: Front = await fronts[options.front]({
      folder: join(folder, 'front'),
      httpUpstreams: http.map(({ address }) => address),
      chatUpstreams: chat.map(({ address }) => address),
    });
    closing.add(() => front.stop());
    return {
      origin: `http://127.0.0.1:${front.port}`,
      databaseUrl: database.url,
      environment,
      processes: [...http, ...chat],
      close: () => closing.close(),
    };
  });
}
