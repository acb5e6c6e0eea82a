import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { listMessagesAfter } from '../../db/messages.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { newRoom } from '../support/people/rooms.ts';
import { testSettings } from '../support/servers/settings.ts';

let run = 0;
function start(name: 'http' | 'chat', drainSeconds: string): Promise<ProductProcess> {
  return startProduct(
    `adapters/node/${name}.ts`,
    { ...productEnvironment(inject('databaseUrl')), KINGBUS_DRAIN_SECONDS: drainSeconds },
    join(testSettings().runFolder, `${name}-drained-${++run}.log`),
  );
}

async function pair() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  return { customer, driver, room: await newRoom(customer, driver) };
}

/** Asks until the process says that it is not ready; gives what it says. */
async function untilNotReady({ origin }: ProductProcess): Promise<unknown> {
  for (;;) {
    const response = await fetch(`${origin}/readyz`);
    if (response.status === 503) return response.json();
    await response.text();
  }
}

describe('a process that is told to stop', () => {
  test('says so before it takes no more: meanwhile everyone is served as before', async () => {
    const [{ customer, driver, room }, chat] = await Promise.all([pair(), start('chat', '3')]);
    const minji = await connectTo(chatUrlOf(chat.origin), customer);
    const stopped = chat.stop();
    expect(await untilNotReady(chat)).toEqual({ ready: false, stopping: true, database: 'up', bus: 'up' });
    const junho = await connectTo(chatUrlOf(chat.origin), driver);
    minji.send({ type: 'send', id: 'late', room, body: '아직 되나요?' });
    expect(await junho.next('message')).toMatchObject({ id: 'late' });
    for (const client of [minji, junho]) {
      expect((await client.next('bye')).reconnectAfter).toBeGreaterThanOrEqual(0);
      expect((await client.closed).code).toBe(1012);
    }
    expect(await stopped).toBe(0);
    await expect(fetch(`${chat.origin}/healthz`)).rejects.toThrow('fetch failed');
  });

  test('keeps no connection of a front for a next request', async () => {
    const http = await start('http', '2');
    expect((await fetch(`${http.origin}/healthz`)).headers.get('Connection')).toBe('keep-alive');
    const stopped = http.stop();
    await untilNotReady(http);
    const response = await fetch(`${http.origin}/healthz`);
    expect(response.status).toBe(200);
    expect(response.headers.get('Connection')).toBe('close');
    expect(await stopped).toBe(0);
  });

  test('acknowledges all that it took, and takes nothing that it does not acknowledge', async () => {
    const [{ customer, room }, chat] = await Promise.all([pair(), start('chat', '0')]);
    const minji = await connectTo(chatUrlOf(chat.origin), customer);
    for (let index = 0; index < 200; index++) minji.send({ type: 'send', id: `m-${index}`, room, body: '네' });
    await minji.next('ack');
    const stopped = chat.stop();
    for (let index = 200; index < 400; index++) minji.send({ type: 'send', id: `m-${index}`, room, body: '네' });
    expect((await minji.closed).code).toBe(1012);
    expect(minji.frames.at(-1)?.type).toBe('bye');
    expect(await stopped).toBe(0);
    const log = [
      ...(await listMessagesAfter(database(), { roomId: room, after: 0, limit: 200 })),
      ...(await listMessagesAfter(database(), { roomId: room, after: 200, limit: 200 })),
    ];
    expect(minji.all('ack').map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq));
  });

  test('waits for no peer that has gone to sleep', async () => {
    const [{ customer }, chat] = await Promise.all([pair(), start('chat', '0')]);
    const asleep = await connectTo(chatUrlOf(chat.origin), customer);
    asleep.socket.pause();
    expect(await chat.stop()).toBe(0);
    asleep.socket.resume();
    expect((await asleep.closed).code).toBe(1012);
  });
});
