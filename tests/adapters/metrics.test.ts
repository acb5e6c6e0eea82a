import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readVersion } from '../../adapters/node/version.ts';
import { freePort } from '../../local/servers/ports.ts';
import { chatUrlOf, connectChat, connectTo, openSocket } from '../support/clients/chat-client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { readNumbers, untilNumber } from '../support/clients/numbers.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { newRoom } from '../support/people/rooms.ts';
import { testSettings } from '../support/servers/settings.ts';

/** Two processes of this file's own, so that their numbers are of its own doing. */
let chat: ProductProcess;
let http: ProductProcess;
let numbers: { chat: string; http: string };

beforeAll(async () => {
  const { runFolder } = testSettings();
  const ports = [await freePort(), await freePort()];
  const environment = productEnvironment(inject('databaseUrl'));
  [chat, http] = (await Promise.all(
    ['chat', 'http'].map((name, index) =>
      startProduct(
        `adapters/node/${name}.ts`,
        { ...environment, KINGBUS_METRICS_LISTEN: `127.0.0.1:${ports[index]}` },
        join(runFolder, `${name}-measured.log`),
      ),
    ),
  )) as [ProductProcess, ProductProcess];
  numbers = { chat: `http://127.0.0.1:${ports[0]}`, http: `http://127.0.0.1:${ports[1]}` };
});

afterAll(async () => {
  expect(await Promise.all([chat.stop(), http.stop()])).toEqual([0, 0]);
});

describe('the numbers of a process', () => {
  test('are on an address of their own, and nowhere else', async () => {
    const response = await fetch(`${numbers.chat}/metrics`);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/plain; version=0\.0\.4/u);
    expect(await response.text()).toContain('# TYPE kingbus_chat_connections gauge');
    expect((await fetch(`${numbers.chat}/`)).status).toBe(404);
    expect((await fetch(`${chat.origin}/metrics`)).status).toBe(404);
    expect((await fetch(`${http.origin}/metrics`)).status).toBe(404);
  });

  test('say that its neighbours are there, and how it fares itself', async () => {
    for (const origin of Object.values(numbers)) {
      const values = await readNumbers(origin);
      expect(values.get('kingbus_database_up')).toBe(1);
      expect(values.get('kingbus_bus_up')).toBe(1);
      expect(values.get('kingbus_database_connections{state="waiting"}')).toBeGreaterThanOrEqual(0);
      expect(values.get('process_resident_memory_bytes')).toBeGreaterThan(0);
      expect(values.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
    }
  });

  test('say what runs, as the first line of the log does', async () => {
    const { version } = readVersion();
    const node = process.versions.node;
    for (const [origin, { logFile }] of [[numbers.chat, chat] as const, [numbers.http, http] as const]) {
      const values = await readNumbers(origin);
      expect(values.get(`kingbus_build_info{version="${version}",commit="",node="${node}"}`)).toBe(1);
      const [first = ''] = readFileSync(logFile, 'utf8').split('\n');
      expect(JSON.parse(first)).toMatchObject({ msg: 'starting', version, node });
    }
  });

  test('count requests by the pattern of their route, never by their path', async () => {
    for (let index = 0; index < 3; index++) await fetch(`${http.origin}/v1/orders/${crypto.randomUUID()}`);
    await fetch(`${http.origin}/nowhere/${crypto.randomUUID()}`);
    const values = await readNumbers(numbers.http);
    const count = (labels: string) => values.get(`kingbus_http_request_seconds_count{${labels}}`);
    expect(count('method="GET",route="/v1/orders/:orderId",status="401"')).toBe(3);
    expect(count('method="GET",route="/*",status="404"')).toBeGreaterThan(0);
  });

  test('follow a conversation over two processes', async () => {
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    const before = await readNumbers(numbers.chat);
    const [here, there] = [await connectTo(chatUrlOf(chat.origin), customer), await connectChat(driver)];
    await untilNumber(numbers.chat, 'kingbus_chat_connections{state="ready"}', 1);
    here.send({ type: 'send', id: 'one', room, body: '하나' });
    await there.next('message');
    there.send({ type: 'send', id: 'two', room, body: '둘' });
    while ((await here.next('message')).id !== 'two');
    here.send('nonsense');
    await here.next('error');
    await here.close();
    await untilNumber(numbers.chat, 'kingbus_chat_closes_total{cause="client"}', 1);
    const after = await readNumbers(numbers.chat);
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown('kingbus_chat_frames_received_total{type="send"}')).toBe(1);
    expect(grown('kingbus_chat_frames_received_total{type="malformed"}')).toBe(1);
    expect(grown('kingbus_chat_errors_total{code="malformed"}')).toBe(1);
    expect(grown('kingbus_chat_frames_sent_total{type="ack"}')).toBe(1);
    expect(grown('kingbus_chat_frames_sent_total{type="message"}')).toBe(2);
    expect(grown('kingbus_chat_commit_messages_sum')).toBe(1);
    expect(grown('kingbus_chat_fanout_seconds_count')).toBe(2);
    expect(after.get('kingbus_chat_connections{state="ready"}')).toBe(0);
    await there.close();
  });
});

test('a connection leaves one line behind: who, how long, how much, why, and none of its words', async () => {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const requestId = `test-${crypto.randomUUID()}`;
  const client = await openSocket(chatUrlOf(chat.origin), ['kingbus.v1', `bearer.${customer.token}`], {
    headers: { 'X-Request-Id': requestId },
  });
  client.send({ type: 'sync' });
  client.send({ type: 'send', id: 'one', room, body: '비밀 이야기' });
  await client.next('message');
  const closes = (await readNumbers(numbers.chat)).get('kingbus_chat_closes_total{cause="client"}') ?? 0;
  await client.close();
  await untilNumber(numbers.chat, 'kingbus_chat_closes_total{cause="client"}', closes + 1);
  const text = readFileSync(chat.logFile, 'utf8');
  const lines = text.split('\n').filter((line) => line.includes(requestId));
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      msg: 'a connection closed',
      connectionId: expect.any(String),
      accountId: customer.id,
      code: 1005,
      cause: 'client',
      seconds: expect.any(Number),
      in: 2,
      out: 3,
    }),
  ]);
  expect(text).not.toContain('비밀');
  expect(text).not.toContain(customer.token);
});
