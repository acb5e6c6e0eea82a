import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startRedis } from '../../local/servers/redis.ts';
import type { Redis } from '../../local/servers/redis.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { startWorker, workerBindings } from '../support/servers/edge-worker.ts';
import type { Worker } from '../support/servers/edge-worker.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { newRoom } from '../support/people/rooms.ts';
import { testSettings } from '../support/servers/settings.ts';

const { keysDirectory, runFolder } = testSettings();
/** So long that nothing here is found by a sweep. */
const never = '86400';

/** A customer on Node and a driver on the edge, on the same database, in a room. */
async function pair(nodeOrigin: string, edgeOrigin: string) {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const onNode = await connectTo(chatUrlOf(nodeOrigin), customer);
  const onEdge = await connectTo(chatUrlOf(edgeOrigin), driver);
  return { customer, driver, room, onNode, onEdge };
}

async function talk(from: ChatClient, to: ChatClient, room: string, id: string): Promise<void> {
  from.send({ type: 'send', id, room, body: `${id} 입니다` });
  await from.next('ack');
  for (const client of [from, to]) while ((await client.next('message')).id !== id);
}

describe('Node and the edge, where both reach Redis', () => {
  let redis: Redis;
  let node: ProductProcess;
  let worker: Worker;
  let environment: Record<string, string>;

  beforeAll(async () => {
    redis = await startRedis({ folder: join(runFolder, 'mixed-redis') });
    environment = {
      ...productEnvironment(inject('databaseUrl')),
      REDIS_URL: redis.url,
      KINGBUS_PRESENCE_SECONDS: '3',
    };
    [node, worker] = await Promise.all([
      startProduct('adapters/node/single.ts', environment, join(runFolder, 'mixed-node.log')),
      startWorker(inject('databaseUrl'), {
        ...workerBindings(keysDirectory),
        REDIS_URL: redis.url,
        KINGBUS_PRESENCE_SECONDS: '3',
        KINGBUS_SWEEP_SECONDS: never,
      }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([node?.stop(), worker?.stop()]);
    await redis?.stop();
  });

  test('hear each other at once: messages, typing and read marks, each once', async () => {
    const { customer, driver, room, onNode, onEdge } = await pair(node.origin, worker.origin);
    await talk(onNode, onEdge, room, 'node-1');
    await talk(onEdge, onNode, room, 'edge-1');
    onNode.send({ type: 'typing', room });
    expect(await onEdge.next('typing')).toEqual({ type: 'typing', room, account: customer.id });
    onEdge.send({ type: 'typing', room });
    expect(await onNode.next('typing')).toEqual({ type: 'typing', room, account: driver.id });
    onEdge.send({ type: 'read', room, seq: 2 });
    expect(await onNode.next('read')).toEqual({ type: 'read', room, account: driver.id, seq: 2 });
    await talk(onNode, onEdge, room, 'node-2');
    await talk(onEdge, onNode, room, 'edge-2');
    for (const client of [onNode, onEdge]) {
      expect(client.all('message').map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      expect(client.all('typing')).toHaveLength(1);
    }
    await Promise.all([onNode.close(), onEdge.close()]);
  });

  test('know who is here, and who has gone', async () => {
    const { customer, driver, room, onNode, onEdge } = await pair(node.origin, worker.origin);
    expect(await onNode.next('presence')).toMatchObject({ account: driver.id, online: true });
    const members = async (origin: string) => {
      const { body } = await new Client(customer.token, origin).get<{
        items: { members: { id: string; online: boolean }[] }[];
      }>('/v1/rooms');
      return new Map(body.items[0]?.members.map(({ id, online }) => [id, online]));
    };
    for (const { origin } of [node, worker]) {
      const online = await members(origin);
      expect([online.get(customer.id), online.get(driver.id)]).toEqual([true, true]);
    }
    await onEdge.close();
    expect(await onNode.next('presence')).toMatchObject({ room, account: driver.id, online: false });
    for (const { origin } of [node, worker]) expect((await members(origin)).get(driver.id)).toBe(false);
    await onNode.close();
  });

  test('whoever is on the edge is told who has gone with a process on Node that was killed', async () => {
    const mortal = await startProduct('adapters/node/chat.ts', environment, join(runFolder, 'mixed-mortal.log'));
    const { customer, room, onNode, onEdge } = await pair(mortal.origin, worker.origin);
    await mortal.kill();
    await onNode.closed;
    const gone = { type: 'presence', room, account: customer.id, online: false, lastSeenAt: expect.any(String) };
    expect(await onEdge.next('presence')).toEqual(gone);
    // Who comes back, and leaves in peace, is told of once.
    const again = await connectTo(chatUrlOf(node.origin), customer);
    await again.close();
    expect(await onEdge.next('presence')).toMatchObject({ online: true });
    expect(await onEdge.next('presence')).toEqual(gone);
    await onEdge.close();
  }, 60_000);

  test('a session that ends on the edge ends its sockets on Node, and the other way round', async () => {
    const { customer, driver, onNode, onEdge } = await pair(node.origin, worker.origin);
    await new Client(undefined, worker.origin).post('/v1/sessions/log-out', { refreshToken: customer.refreshToken });
    expect((await onNode.closed).code).toBe(4403);
    await new Client(undefined, node.origin).post('/v1/sessions/log-out', { refreshToken: driver.refreshToken });
    expect((await onEdge.closed).code).toBe(4403);
  });

  test('what was said on Node while Redis was away comes when it is back', async () => {
    const { room, onNode, onEdge } = await pair(node.origin, worker.origin);
    await talk(onNode, onEdge, room, 'before');
    const { port } = redis;
    await redis.stop();
    onNode.send({ type: 'send', id: 'unheard', room, body: '들리나요?' });
    await onNode.next('ack');
    redis = await startRedis({ folder: join(runFolder, 'mixed-redis'), port });
    expect(await onEdge.next('message')).toMatchObject({ id: 'unheard', seq: 2 });
    await talk(onNode, onEdge, room, 'after');
    expect(onEdge.all('message').map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await Promise.all([onNode.close(), onEdge.close()]);
  }, 60_000);
});

describe('Node and the edge without a Redis between them', () => {
  let worker: Worker;
  beforeAll(async () => {
    worker = await startWorker(inject('databaseUrl'), { ...workerBindings(keysDirectory), KINGBUS_SWEEP_SECONDS: '1' });
  });
  afterAll(() => worker?.stop());

  test('see each other’s messages within the bound of their sweeps', async () => {
    const { room, onNode, onEdge } = await pair(inject('chatOrigins')[0] ?? '', worker.origin);
    for (const round of ['1', '2']) {
      await talk(onNode, onEdge, room, `node-${round}`);
      await talk(onEdge, onNode, room, `edge-${round}`);
    }
    for (const client of [onNode, onEdge]) expect(client.all('message').map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    await Promise.all([onNode.close(), onEdge.close()]);
  });
});
