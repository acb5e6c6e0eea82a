import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chatUrlOf, connectTo, openSocket } from '../support/clients/chat-client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import type { ProductProcess } from '../support/servers/product-process.ts';
import { testSettings } from '../support/servers/settings.ts';

/** What bounds a process on Node, where the edge has neither processes nor pings of its own. */
describe('a process on Node', () => {
  let hasty: ProductProcess;
  let small: ProductProcess;

  beforeAll(async () => {
    const { runFolder } = testSettings();
    const start = (name: string, bounds: Record<string, string>) =>
      startProduct(
        'adapters/node/chat.ts',
        { ...productEnvironment(inject('databaseUrl')), ...bounds },
        join(runFolder, `chat-${name}.log`),
      );
    [hasty, small] = await Promise.all([
      start('hasty', { KINGBUS_CHAT_HEARTBEAT_SECONDS: '0.2' }),
      start('small', { KINGBUS_CHAT_SOCKETS: '1' }),
    ]);
  });
  afterAll(async () => {
    expect(await Promise.all([hasty.stop(), small.stop()])).toEqual([0, 0]);
  });

  test('has room for so many connections, and answers 503 to one more', async () => {
    const url = chatUrlOf(small.origin);
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const only = await connectTo(url, customer);
    await expect(openSocket(url, ['kingbus.v1', `bearer.${driver.token}`])).rejects.toThrow('refused: 503');
    await only.close();
    await (await connectTo(url, driver)).close();
  });

  test('ends a peer that answers no ping, for it is half open, and keeps one that answers', async () => {
    const url = chatUrlOf(hasty.origin);
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const alive = await connectTo(url, driver);
    const dead = await connectTo(url, customer, {}, { autoPong: false });
    expect((await dead.closed).code).toBe(1006);
    expect(alive.socket.readyState).toBe(alive.socket.OPEN);
    await alive.close();
  });
});
