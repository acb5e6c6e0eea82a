import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { replyTo } from '../../local/demo/replies.ts';
import { startScriptedOperator } from '../../local/demo/scripted-operator.ts';
import { chatUrlOf, connectTo } from '../support/clients/chat-client.ts';
import { productEnvironment } from '../support/servers/node-setup.ts';
import { newCustomer, newDriver, password } from '../support/people/people.ts';
import { startProduct } from '../support/servers/product-process.ts';
import { newRoom } from '../support/people/rooms.ts';
import { testSettings } from '../support/servers/settings.ts';

describe('`npm run demo:chat`', () => {
  it('answers in the language of the question', () => {
    expect(replyTo('몇 시에 오세요?', 0)).toContain('30분');
    expect(replyTo('What time?', 0)).toContain('30 minutes');
    expect(replyTo('음…', 0)).not.toBe(replyTo('음…', 1));
  });

  it('reads, types and answers, each message once', async () => {
    const single = await startProduct(
      'adapters/node/single.ts',
      productEnvironment(inject('databaseUrl')),
      join(testSettings().runFolder, 'scripted-operator.log'),
    );
    const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
    const room = await newRoom(customer, driver);
    const printed: string[] = [];
    const operator = await startScriptedOperator({
      origin: single.origin,
      username: driver.account.username,
      password,
      print: (line) => printed.push(line),
      readingMs: 1,
      writingMs: 1,
    });
    const chat = await connectTo(chatUrlOf(single.origin), customer);
    for (const [index, body] of ['안녕하세요', 'Where do we meet?'].entries()) {
      chat.send({ type: 'send', id: `q-${index}`, room, body });
      const { seq } = await chat.next('ack');
      // Who answers has read as far as the answer, which may be there already.
      const read = await chat.next('read');
      expect(read.account).toBe(driver.id);
      expect(read.seq).toBeGreaterThanOrEqual(seq);
      expect(await chat.next('message')).toMatchObject({ from: customer.id });
      expect(await chat.next('message')).toMatchObject({ from: driver.id, body: replyTo(body, index) });
    }
    expect(printed).toHaveLength(4);
    expect(printed.join('\n')).not.toContain(password);
    operator.stop();
    await chat.close();
    expect(await single.stop()).toBe(0);
  }, 60_000);
});
