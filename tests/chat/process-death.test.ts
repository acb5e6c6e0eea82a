import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { startRedis } from '../../local/servers/redis.ts';
import { listMessagesAfter } from '../../db/messages.ts';
import type { RoomId } from '../../schema/ids.ts';
import { chatUrlOf, connectChat, connectTo, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { Client } from '../support/clients/client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { newRoom } from '../support/people/rooms.ts';
import { testSettings } from '../support/servers/settings.ts';

let mortal: ProductProcess;
let run = 0;

beforeEach(async () => {
  const { runFolder } = testSettings();
  const environment = productEnvironment(inject('databaseUrl'));
  mortal = await startProduct('adapters/node/chat.ts', environment, join(runFolder, `chat-mortal-${++run}.log`));
});

afterEach(async () => {
  await mortal.stop();
});

async function connectMortal(person: Person): Promise<ChatClient> {
  const client = await openSocket(`${mortal.origin.replace('http', 'ws')}/ws`, [
    'kingbus.v1',
    `bearer.${person.token}`,
  ]);
  await client.next('ready');
  client.send({ type: 'sync', rooms: {} });
  return client;
}

/** Sends 200 messages, at most 20 of them without an acknowledgement, until the connection breaks. */
async function sendInStep(sender: ChatClient, room: RoomId): Promise<void> {
  for (let index = 0; index < 200; index++) {
    sender.send({ type: 'send', id: `m-${index}`, room, body: `${index}` });
    if (index >= 20 && !(await sender.next('ack').catch(() => undefined))) return;
  }
}

test('a killed process loses no acknowledged message, and its clients go on at another one', async () => {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const [sender, listener] = await Promise.all([connectMortal(driver), connectMortal(customer)]);

  const sending = sendInStep(sender, room);
  while ((await listener.next('message')).seq < 50);
  await mortal.kill();
  await Promise.all([sender.closed, listener.closed, sending]);

  const acknowledged = new Map(sender.all('ack').map(({ id, seq }) => [id, seq]));
  const seen = listener.all('message');
  expect(acknowledged.size).toBeGreaterThan(0);

  // The sender sends again whatever it was not told of; the listener asks for what came after its last message.
  const senderAgain = await connectChat(driver, 1);
  for (let index = 0; index < 200; index++) {
    if (!acknowledged.has(`m-${index}`)) senderAgain.send({ type: 'send', id: `m-${index}`, room, body: `${index}` });
  }
  const listenerAgain = await connectChat(customer, 0, { [room]: seen.at(-1)?.seq ?? 0 });
  while ((await listenerAgain.next('message')).seq < 200);

  const log = [];
  for (let after = 0; ; after = log.at(-1)?.seq ?? 0) {
    const page = await listMessagesAfter(database(), { roomId: room, after, limit: 200 });
    if (page.length === 0) break;
    log.push(...page);
  }
  expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  expect(new Set(log.map(({ clientId }) => clientId)).size).toBe(200);
  for (const { clientId, seq } of log) expect(acknowledged.get(clientId) ?? seq).toBe(seq);
  const all = [...seen, ...listenerAgain.all('message')].map(({ seq, id }) => [seq, id]);
  expect(all).toEqual(log.map(({ seq, clientId }) => [seq, clientId]));
  await Promise.all([senderAgain.close(), listenerAgain.close()]);
});

test('a stopping process acknowledges what it took, says `bye`, and ends by itself', async () => {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const clients = await Promise.all([connectMortal(driver), connectMortal(customer)]);
  clients[0]?.send({ type: 'send', id: 'last', room, body: '마지막' });
  await clients[0]?.next('ack');
  const stopped = mortal.stop();
  for (const client of clients) {
    expect((await client.next('bye')).reconnectAfter).toBeGreaterThanOrEqual(0);
    expect((await client.closed).code).toBe(1012);
  }
  expect(await stopped).toBe(0);
});

describe('a session that ends while its process hears nothing of it', () => {
  const logOut = ({ refreshToken }: Person) => new Client().post('/v1/sessions/log-out', { refreshToken });

  test('because it stood still, ends its sockets once it goes on', async () => {
    const [person, bystander] = await Promise.all([newCustomer(), newCustomer()]);
    const [chat, other] = await Promise.all([connectMortal(person), connectMortal(bystander)]);
    process.kill(mortal.pid, 'SIGSTOP');
    await logOut(person);
    process.kill(mortal.pid, 'SIGCONT');
    expect((await chat.closed).code).toBe(4403);
    other.send({ type: 'ping' });
    await other.next('pong');
    await other.close();
  });

  test('because Redis was away, ends its sockets while it still is', async () => {
    const redis = await startRedis({ folder: join(testSettings().runFolder, 'session-redis') });
    const environment = { ...productEnvironment(inject('databaseUrl')), REDIS_URL: redis.url };
    const log = join(testSettings().runFolder, 'chat-without-redis.log');
    const deaf = await startProduct('adapters/node/chat.ts', environment, log);
    const [person, bystander] = await Promise.all([newCustomer(), newCustomer()]);
    const [chat, other] = await Promise.all([person, bystander].map((each) => connectTo(chatUrlOf(deaf.origin), each)));
    await redis.stop();
    await logOut(person);
    expect((await chat?.closed)?.code).toBe(4403);
    other?.send({ type: 'ping' });
    await other?.next('pong');
    await deaf.stop();
  });
});
