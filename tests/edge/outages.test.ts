import { transaction } from '../../db/engine/transaction.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { insertRoom } from '../../db/rooms.ts';
import { connect } from '../../db/engine/connect.ts';
import { createNewId } from '../../functions/new-id.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { chatUrlOf, openSocket } from '../support/clients/chat-client.ts';
import { Client, refusal } from '../support/clients/client.ts';
import { DatabaseLink } from '../support/servers/edge-database-link.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { password, validCustomer } from '../support/people/people.ts';
import { testSettings } from '../support/servers/settings.ts';
import { createTestDatabase } from '../support/db/test-database.ts';

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

  async function newPerson(): Promise<Session> {
    const registration = validCustomer();
    expect((await client().post('/v1/accounts', registration)).status).toBe(201);
    return (await client().post<Session>('/v1/sessions', { username: registration.username, password })).body;
  }

  it('counts attempts without Redis', async () => {
    const { account } = await newPerson();
    await expectGuesses(worker, account.username, 10);
    // The guesses themselves are told; that something was away is not.
    expect(worker.logged().filter(({ level, kind }) => level === 'warn' && kind !== 'security')).toEqual([]);
  });

  it('holds conversations on the edge without Redis', async () => {
    const people = [await newPerson(), await newPerson()];
    const room = createNewId(Date.now)<RoomId>();
    const db = connect(database.url, { connections: 1 });
    const memberIds = people.map(({ account }) => account.id as AccountId);
    await transaction(db, (tx) =>
      insertRoom(tx, { id: room, orderId: null, createdAt: new Date().toISOString() }, memberIds),
    );
    await db.$client.close();
    const chats = await Promise.all(
      people.map(async ({ accessToken }) => {
        const chat = await openSocket(chatUrlOf(worker.origin), ['kingbus.v1', `bearer.${accessToken}`]);
        await chat.next('ready');
        chat.send({ type: 'sync' });
        return chat;
      }),
    );
    for (const [index, chat] of chats.entries()) {
      chat.send({ type: 'send', id: `m-${index}`, room, body: '들려요' });
      expect(await chat.next('ack')).toMatchObject({ seq: index + 1 });
      for (const each of chats) expect(await each.next('message')).toMatchObject({ seq: index + 1 });
    }
    await Promise.all(chats.map((chat) => chat.close()));
  });

  it('answers 503 while MariaDB is away, and works again as soon as it is back', async () => {
    await link.cut();
    const refused = await logIn('anyone');
    expect(refused).toMatchObject(refusal(503, 'unavailable'));
    expect(refused.headers.get('Retry-After')).toBe('2');
    // What begins with a transaction too.
    expect(await client().post('/v1/accounts', validCustomer())).toMatchObject(refusal(503, 'unavailable'));
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

describe('when counters fail', () => {
  const { databaseUrl, keysDirectory } = testSettings();
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let worker: Worker;

  beforeAll(async () => {
    database = await createTestDatabase(databaseUrl);
    worker = await startWorker(database.url, workerBindings(keysDirectory), 'tests/edge/workers/failing-counters.ts');
  });
  afterAll(async () => {
    await worker?.stop();
    await database?.drop();
  });

  it('counts attempts in the isolate, and says so in the log', async () => {
    const registration = validCustomer();
    const registered = await new Client(undefined, worker.origin).post('/v1/accounts', registration);
    expect(registered.status).toBe(201);
    await expectGuesses(worker, registration.username, 10);
    await vi.waitFor(() =>
      expect(worker.logged()).toContainEqual(
        expect.objectContaining({ level: 'warn', msg: 'a counter did not answer: this isolate counts alone' }),
      ),
    );
  });
});

/** So many wrong passwords from one place are let through, and one more is told when to come back. */
async function expectGuesses({ origin }: Worker, username: string, left: number): Promise<void> {
  const guesser = new Client(undefined, origin);
  const guess = () => guesser.post('/v1/sessions', { username, password: `not ${password}` });
  for (let attempt = 0; attempt < left; attempt++) expect((await guess()).status).toBe(401);
  const refused = await guess();
  expect(refused).toMatchObject(refusal(429, 'too_many_requests'));
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
}

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
