import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { freePort } from '../../local/servers/ports.ts';
import { checkout } from '../../local/folder.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { untilNumber } from '../support/clients/numbers.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

let run = 0;
let chat: ProductProcess;
let numbers: string;
let minji: ChatClient;
let room: string;

beforeEach(async () => {
  const port = await freePort();
  numbers = `http://127.0.0.1:${port}`;
  chat = await startProduct(
    'adapters/node/chat.ts',
    {
      ...productEnvironment(inject('databaseUrl')),
      KINGBUS_METRICS_LISTEN: `127.0.0.1:${port}`,
      NODE_OPTIONS: `--import=${join(checkout, 'tests/adapters/programs/plant-errors.ts')}`,
    },
    join(testSettings().runFolder, `chat-uncaught-${++run}.log`),
  );
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  room = await newRoom(customer, driver);
  minji = await connectTo(chatUrlOf(chat.origin), customer);
});
afterEach(() => chat.kill());

const lines = () =>
  readFileSync(chat.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { level: number; msg: string; err?: { message: string } });

describe('an error that nobody handles', () => {
  test('a rejected promise: it is logged and counted, and the process goes on with every socket', async () => {
    for (const count of [1, 2]) {
      process.kill(chat.pid, 'SIGUSR2');
      await untilNumber(numbers, 'kingbus_unhandled_errors_total{kind="rejection"}', count);
    }
    minji.send({ type: 'send', id: 'after', room, body: '아직 있어요' });
    expect(await minji.next('ack')).toMatchObject({ id: 'after' });
    expect(await chat.stop()).toBe(0);
    const logged = lines().filter(({ err }) => err?.message === 'planted: a promise that nobody waits for');
    expect(logged.map(({ level }) => level)).toEqual([50, 50]);
  });

  test('an exception: it is logged, and the process ends as it does when it is told to, but with a failure', async () => {
    minji.send({ type: 'send', id: 'before', room, body: '받으셨나요?' });
    expect(await minji.next('ack')).toMatchObject({ id: 'before' });
    process.kill(chat.pid, 'SIGWINCH');
    expect((await minji.next('bye')).reconnectAfter).toBeGreaterThanOrEqual(0);
    expect((await minji.closed).code).toBe(1012);
    expect(await chat.ended).toBe(1);
    const logged = lines().filter(({ err }) => err?.message === 'planted: an exception that nobody catches');
    expect(logged.map(({ level }) => level)).toEqual([60]);
    expect(lines().at(-1)?.msg).toBe('stopped');
  });
});
