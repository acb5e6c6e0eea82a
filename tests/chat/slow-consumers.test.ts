import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../../local/servers/ports.ts';
import { chatUrlOf, connectChat, connectTo } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { readNumbers } from '../support/clients/numbers.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { newRoom } from '../support/people/rooms.ts';
import { testSettings } from '../support/servers/settings.ts';

/**
 * Clients that stop reading, over real TCP: the kernels of both ends take some megabytes before the process notices, so
 * messages are long and many. Two processes: one gives a silent peer all the time of the test, one next to none.
 */
let patient: ProductProcess;
let strict: ProductProcess;
let numbers: { patient: string; strict: string };

beforeAll(async () => {
  const { runFolder } = testSettings();
  const [first, second] = [await freePort(), await freePort()];
  const start = (name: string, port: number, settings: Record<string, string>) =>
    startProduct(
      'adapters/node/chat.ts',
      {
        ...productEnvironment(inject('databaseUrl')),
        KINGBUS_METRICS_LISTEN: `127.0.0.1:${port}`,
        KINGBUS_CHAT_HEARTBEAT_SECONDS: '60',
        ...settings,
      },
      join(runFolder, `chat-${name}.log`),
    );
  [patient, strict] = await Promise.all([
    start('patient', first, { KINGBUS_CHAT_STALLED_SECONDS: '60' }),
    start('strict', second, { KINGBUS_CHAT_STALLED_SECONDS: '0.3' }),
  ]);
  numbers = { patient: `http://127.0.0.1:${first}`, strict: `http://127.0.0.1:${second}` };
});

afterAll(async () => {
  expect(await Promise.all([patient.stop(), strict.stop()])).toEqual([0, 0]);
});

async function pair() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  return { customer, driver, room: await newRoom(customer, driver) };
}

/** 12 KB of UTF-8 each. */
const long = '가'.repeat(4000);

const sentAway = 'kingbus_chat_closes_total{cause="slow"}';
const reached = async (origin: string, name: string) => ((await readNumbers(origin)).get(name) ?? 0) > 0;

/** Sends long messages until a number is there, a hundred at a time, and says that it types. Gives how many. */
async function talkUntil(chat: ChatClient, room: string, origin: string, name: string): Promise<number> {
  let count = 0;
  while (!(await reached(origin, name))) {
    for (let index = 0; index < 100; index++) chat.send({ type: 'send', id: `long-${count++}`, room, body: long });
    for (let index = 0; index < 100; index++) await chat.next('ack');
    chat.send({ type: 'typing', room });
  }
  return count;
}

test('a slow reader gets no more live messages, then all of them from the log, in order, once', async () => {
  const { customer, driver, room } = await pair();
  const writer = await connectChat(driver);
  const reader = await connectTo(chatUrlOf(patient.origin), customer);
  reader.socket.pause();
  const count = await talkUntil(writer, room, numbers.patient, 'kingbus_chat_frames_dropped_total');
  expect(await reached(numbers.patient, 'kingbus_chat_refills_total')).toBe(true);

  reader.socket.resume();
  while ((await reader.next('message')).seq < count);
  const seen = reader.all('message').map(({ seq }) => seq);
  expect(seen).toEqual(Array.from({ length: count }, (_, index) => index + 1));

  writer.send({ type: 'send', id: 'live-again', room, body: '다시' });
  expect(await reader.next('message')).toMatchObject({ seq: count + 1, body: '다시' });
  await Promise.all([writer.close(), reader.close()]);
}, 60_000);

test('one that takes nothing at all is sent away with "resume", and goes on from its cursor', async () => {
  const { customer, driver, room } = await pair();
  const writer = await connectChat(driver);
  const reader = await connectTo(chatUrlOf(strict.origin), customer);
  reader.socket.pause();
  const count = await talkUntil(writer, room, numbers.strict, sentAway);

  reader.socket.resume();
  expect((await reader.closed).code).toBe(4409);
  const seen = reader.all('message').map(({ seq }) => seq);
  expect(seen.length).toBeLessThan(count);

  const again = await connectTo(chatUrlOf(strict.origin), customer, { [room]: seen.at(-1) ?? 0 });
  while ((await again.next('message')).seq < count);
  const all = [...seen, ...again.all('message').map(({ seq }) => seq)];
  expect(all).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  await Promise.all([writer.close(), again.close()]);
}, 60_000);

test('one that asks and asks and reads no answer is sent away before they fill the memory', async () => {
  const { customer } = await pair();
  const flood = await connectTo(chatUrlOf(patient.origin), customer);
  flood.socket.pause();
  // One frame, and some hundred answers.
  const rooms = Object.fromEntries(Array.from({ length: 350 }, () => [crypto.randomUUID(), 0]));
  while (!(await reached(numbers.patient, sentAway))) {
    for (let index = 0; index < 50; index++) flood.send({ type: 'sync', rooms });
  }
  flood.socket.resume();
  expect((await flood.closed).code).toBe(4409);
}, 60_000);
