import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRedisBus } from '../../adapters/redis/bus.ts';
import { decodeAccountHint } from '../../functions/chat/topics.ts';
import { accountTopic } from '../../functions/chat/topics.ts';
import type { Session } from '../../functions/sessions/session-schema.ts';
import type { AccountId } from '../../schema/ids.ts';
import { Client } from '../support/client.ts';
import { startWorker, workerBindings } from '../support/edge-worker.ts';
import type { Worker } from '../support/edge-worker.ts';
import { password, validCustomer } from '../support/people.ts';
import { testSettings } from '../support/settings.ts';
import { createTestDatabase } from '../support/test-database.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe('what happens on the edge', () => {
  const { databaseUrl, redisUrl, keysDirectory } = testSettings();
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let worker: Worker;
  const node = createRedisBus(redisUrl, silent);

  beforeAll(async () => {
    database = await createTestDatabase(databaseUrl);
    worker = await startWorker(database.url, { ...workerBindings(keysDirectory), REDIS_URL: redisUrl });
    await vi.waitFor(() => expect(node.bus.healthy()).toBe(true));
  });
  afterAll(async () => {
    node.close();
    await worker?.stop();
    await database?.drop();
  });

  it('reaches the processes on Node at once', async () => {
    const client = new Client(undefined, worker.origin);
    const registration = validCustomer();
    await client.post('/v1/accounts', registration);
    const { body } = await client.post<Session>('/v1/sessions', { username: registration.username, password });
    const { promise, resolve } = Promise.withResolvers<string>();
    await node.bus.subscribe(accountTopic(body.account.id as AccountId), resolve);

    await client.post('/v1/sessions/log-out', { refreshToken: body.refreshToken });
    expect(decodeAccountHint(await promise)).toMatchObject({ kind: 'session_ended' });
  });
});
