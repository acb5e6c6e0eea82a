import { connect } from 'node:net';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client } from '../support/clients/client.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { password, validCustomer } from '../support/people/people.ts';
import { testSettings } from '../support/servers/settings.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

describe('the connection of a request', () => {
  const { databaseUrl, keysDirectory } = testSettings();
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let worker: Worker;
  let own: Connection;

  beforeAll(async () => {
    database = await createTestDatabase(databaseUrl);
    worker = await startWorker(database.url, workerBindings(keysDirectory));
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
  const client = () => new Client(undefined, worker.origin);

  it('is given back after every one of many requests', async () => {
    for (let round = 0; round < 5; round++) {
      const calls = Array.from({ length: 10 }, () => client().post('/v1/accounts', validCustomer()));
      for (const { status } of await Promise.all(calls)) expect(status).toBe(201);
    }
    await allGivenBack();
  });

  it('is given back after a request that was refused in the middle of its transaction', async () => {
    const registration = validCustomer();
    expect((await client().post('/v1/accounts', registration)).status).toBe(201);
    const another = { ...registration, password: 'another horse battery' };
    expect((await client().post('/v1/accounts', another)).status).toBe(409);
    await allGivenBack();
  });

  it('is given back after a request that failed, whose cause only the log tells', async () => {
    await own.query('rename table accounts to accounts_away');
    const { status, text } = await client().post('/v1/sessions', { username: 'anyone', password });
    await own.query('rename table accounts_away to accounts');
    expect(status).toBe(500);
    expect(text).not.toMatch(/accounts|ER_|\bat\b/u);
    await vi.waitFor(() =>
      expect(worker.logged()).toContainEqual(
        expect.objectContaining({
          level: 'error',
          msg: 'a request failed',
          err: expect.objectContaining({ stack: expect.any(String) }),
        }),
      ),
    );
    await allGivenBack();
  });

  it('is given back when the client goes away while a statement runs', async () => {
    await own.query('lock tables accounts write');
    const controller = new AbortController();
    const call = fetch(`${worker.origin}/v1/sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'anyone', password }),
      signal: controller.signal,
    });
    await vi.waitFor(async () => expect(await connections()).toEqual([expect.stringMatching(/waiting/iu)]));
    controller.abort();
    await expect(call).rejects.toThrow(/abort/u);
    await own.query('unlock tables');
    await allGivenBack();
  });

  it('is not even opened for a body that never ends', async () => {
    const { hostname, port } = new URL(worker.origin);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /v1/sessions HTTP/1.1\r\nHost: kingbus.test\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    expect((await client().get('/readyz')).status).toBe(200);
    await allGivenBack();
    socket.resetAndDestroy();
    expect((await client().get('/readyz')).status).toBe(200);
    await allGivenBack();
  });
});
