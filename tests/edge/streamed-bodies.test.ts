import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { testSettings } from '../support/servers/settings.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

/** An address that a body asks what to do next, and that answers when the test says so. */
class Gate {
  readonly #server = createServer((_request, response) => this.#arrive(response));
  #waiting: ServerResponse | undefined;
  #arrived = () => {};

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The body waits here, between two statements. */
  async reached(): Promise<void> {
    if (this.#waiting === undefined) await new Promise<void>((resolve) => (this.#arrived = resolve));
  }

  async say(what: string): Promise<void> {
    await this.reached();
    this.#waiting?.end(what);
    this.#waiting = undefined;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #arrive(response: ServerResponse): void {
    this.#waiting = response;
    response.on('close', () => {
      if (this.#waiting === response) this.#waiting = undefined;
    });
    this.#arrived();
  }
}

describe('a body that asks the database after its answer has begun', () => {
  const { databaseUrl, keysDirectory } = testSettings();
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let worker: Worker;
  let own: Connection;

  beforeAll(async () => {
    database = await createTestDatabase(databaseUrl);
    worker = await startWorker(database.url, workerBindings(keysDirectory), 'tests/edge/workers/streaming.ts');
    own = await createConnection(database.url);
  });
  afterAll(async () => {
    await worker?.stop();
    await own?.end();
    await database?.drop();
  });

  /** What the Worker's connections to its database do at this moment. */
  async function connections(): Promise<string[]> {
    const [rows] = await own.query<RowDataPacket[]>(
      'select state from information_schema.processlist where db = database() and id <> connection_id()',
    );
    return rows.map(({ state }) => String(state));
  }
  const allGivenBack = () => vi.waitFor(async () => expect(await connections()).toEqual([]), { timeout: 5_000 });

  async function begin() {
    const gate = new Gate();
    await gate.open();
    const controller = new AbortController();
    const response = await fetch(`${worker.origin}/lines?gate=${encodeURIComponent(gate.url)}`, {
      signal: controller.signal,
      // Compressed, lines would wait for each other.
      headers: { 'Accept-Encoding': 'identity' },
    });
    expect(response.status).toBe(200);
    const lines = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => (await lines?.read())?.value;
    expect(await next()).toBe('begun\n');
    return {
      gate,
      next,
      leave: async () => {
        controller.abort();
        await lines?.cancel().catch(() => {});
      },
    };
  }

  it('gets every statement answered, and holds no connection between two', async () => {
    const { gate, next } = await begin();
    for (const what of ['read', 'read', 'transact', 'read', 'transact', 'transact', 'read']) {
      await gate.say(what);
      expect(await next()).toBe(`${what}\n`);
      await gate.reached();
      await allGivenBack();
    }
    await gate.say('end');
    expect(await next()).toBeUndefined();
    await allGivenBack();
    gate.close();
  });

  it('leaves nothing behind when its client goes away between two statements', async () => {
    const { gate, next, leave } = await begin();
    await gate.say('transact');
    await next();
    await gate.reached();
    await leave();
    await allGivenBack();
    gate.close();
  });

  it('leaves nothing behind when its client goes away while a statement runs', async () => {
    await own.query("select get_lock('held', 0)");
    const { gate, next, leave } = await begin();
    await gate.say('read');
    await next();
    await gate.say('held');
    await vi.waitFor(async () => expect(await connections()).toEqual(['User lock']));
    await leave();
    await own.query("select release_lock('held')");
    await allGivenBack();
    gate.close();
  });

  it('that many read at once: each statement is answered, and none leaves a connection', async () => {
    const bodies = await Promise.all(Array.from({ length: 20 }, begin));
    for (const what of ['read', 'transact']) {
      await Promise.all(
        bodies.map(async ({ gate, next }) => {
          await gate.say(what);
          expect(await next()).toBe(`${what}\n`);
        }),
      );
    }
    await Promise.all(bodies.map(({ gate }) => gate.reached()));
    await allGivenBack();
    for (const [index, { gate, next, leave }] of bodies.entries()) {
      if (index % 2 === 0) await leave();
      else {
        await gate.say('end');
        expect(await next()).toBeUndefined();
      }
      gate.close();
    }
    await allGivenBack();
  });
});
