import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client, refusal } from '../support/client.ts';
import { DatabaseLink } from '../support/edge-database-link.ts';
import { startWorker, workerBindings } from '../support/edge-worker.ts';
import type { Worker } from '../support/edge-worker.ts';
import { password, validCustomer } from '../support/people.ts';
import { testSettings } from '../support/settings.ts';
import { createTestDatabase } from '../support/test-database.ts';

describe('when what stands behind the Worker is away', () => {
  const { databaseUrl, keysDirectory } = testSettings();
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let link: DatabaseLink;
  let worker: Worker;

  beforeAll(async () => {
    database = await createTestDatabase(databaseUrl);
    link = new DatabaseLink(database.url);
    await link.mend();
    // Port 1 answers to nobody: this Redis never comes.
    const bindings = { ...workerBindings(keysDirectory), REDIS_URL: 'redis://127.0.0.1:1' };
    worker = await startWorker(link.urlOf(database.url), bindings);
  });
  afterEach(() => link.mend());
  afterAll(async () => {
    await worker?.stop();
    await link?.cut();
    await database?.drop();
  });

  const client = () => new Client(undefined, worker.origin);
  const logIn = (username: string) => client().post('/v1/sessions', { username, password });

  it('works without Redis, and counts attempts by itself', async () => {
    const registration = validCustomer();
    expect((await client().post('/v1/accounts', registration)).status).toBe(201);
    for (let attempt = 0; attempt < 10; attempt++) expect((await logIn(registration.username)).status).toBe(201);
    const refused = await logIn(registration.username);
    expect(refused).toMatchObject(refusal(429, 'too_many_requests'));
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(worker.logged()).toContainEqual(expect.objectContaining({ level: 'warn', msg: 'Redis is away' }));
  });

  it('answers 503 while MariaDB is away, and works again as soon as it is back', async () => {
    await link.cut();
    const refused = await logIn('anyone');
    expect(refused).toMatchObject(refusal(503, 'unavailable'));
    expect(refused.headers.get('Retry-After')).toBe('2');
    expect((await client().get('/readyz')).status).toBe(503);
    expect((await client().get('/healthz')).status).toBe(200);

    await link.mend();
    expect((await client().get('/readyz')).status).toBe(200);
    expect((await logIn('anyone')).status).toBe(401);
  });

  it('says soon that it is not ready when MariaDB hangs', async () => {
    link.hangs = true;
    expect((await client().get('/readyz')).status).toBe(503);
    link.hangs = false;
    expect((await client().get('/readyz')).status).toBe(200);
  });

  it('answers 503 when MariaDB hangs', async () => {
    link.hangs = true;
    expect(await logIn('anyone')).toMatchObject(refusal(503, 'unavailable'));
    link.drop();
  });

  it('answers 503 when the connection ends under a statement', async () => {
    const lock = await lockAccounts(database.url);
    const call = logIn('anyone');
    await vi.waitFor(() => lock.expectWaiting());
    link.drop();
    expect(await call).toMatchObject(refusal(503, 'unavailable'));
    await lock.release();
    expect((await logIn('anyone')).status).toBe(401);
  });
});

async function lockAccounts(url: string) {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(url);
  await connection.query('lock tables accounts write');
  return {
    async expectWaiting() {
      const [rows] = await connection.query(
        "select state from information_schema.processlist where db = database() and state like 'Waiting%'",
      );
      expect(rows).toHaveLength(1);
    },
    release: () => connection.end(),
  };
}
