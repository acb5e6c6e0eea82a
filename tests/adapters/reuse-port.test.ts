import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { freePort } from '../../local/servers/ports.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { readNumbers } from '../support/clients/numbers.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import { newRoom } from '../support/people/rooms.ts';
import { testSettings } from '../support/servers/settings.ts';

test.runIf(process.platform === 'linux')('two chat processes share a port, and one goes on alone', async () => {
  const [port, ...metricsPorts] = [await freePort(), await freePort(), await freePort()];
  const [one, two] = await Promise.all(
    metricsPorts.map((metricsPort) =>
      startProduct(
        'adapters/node/chat.ts',
        {
          ...productEnvironment(inject('databaseUrl')),
          KINGBUS_LISTEN: `127.0.0.1:${port}`,
          KINGBUS_REUSE_PORT: '1',
          KINGBUS_METRICS_LISTEN: `127.0.0.1:${metricsPort}`,
        },
        join(testSettings().runFolder, `chat-shared-${metricsPort}.log`),
      ),
    ),
  );
  if (one === undefined || two === undefined) throw new Error('two were started');
  expect(one.origin).toBe(two.origin);

  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const room = await newRoom(customer, driver);
  const url = chatUrlOf(one.origin);
  const listeners = await Promise.all(Array.from({ length: 20 }, () => connectTo(url, customer)));
  const readers = await Promise.all(
    metricsPorts.map(async (each) => {
      const numbers = await readNumbers(`http://127.0.0.1:${each}`);
      return numbers.get('kingbus_chat_connections{state="ready"}') ?? 0;
    }),
  );
  expect(readers[0]).toBeGreaterThan(0);
  expect(readers[1]).toBeGreaterThan(0);
  expect((readers[0] ?? 0) + (readers[1] ?? 0)).toBe(20);

  const sender = await connectTo(url, driver);
  sender.send({ type: 'send', id: 'all', room, body: '모두에게' });
  for (const listener of listeners) expect(await listener.next('message')).toMatchObject({ id: 'all' });

  expect(await one.stop()).toBe(0);
  const again = await Promise.all(Array.from({ length: 10 }, () => connectTo(url, driver)));
  await Promise.all([...again, ...listeners, sender].map((client) => client.close()));
  expect(await two.stop()).toBe(0);
});
