import { describe, expect, test } from 'vitest';
import { limits } from '../../functions/chat/limits.ts';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import { newCustomer } from '../support/people/people.ts';

const ping = '{"type":"ping"}';
/** Three bytes each. */
const hangul = (bytes: number) => '가'.repeat(Math.ceil(bytes / 3));

describe('a frame of more than 16 KiB', () => {
  test.each([
    ['text', 'x'.repeat(limits.frameBytes + 1)],
    ['text of fewer characters', hangul(limits.frameBytes + 1)],
    ['a megabyte', 'x'.repeat(1024 * 1024)],
  ])('closes its connection: %s', async (_name, frame) => {
    const person = await newCustomer();
    const [chat, other] = [await connectChat(person), await connectChat(person)];
    chat.socket.send(frame);
    expect((await chat.closed).code).toBe(1009);
    other.send(ping);
    await other.next('pong');
    await other.close();
  });

  // On the edge a frame of bytes is one that makes no sense, however long.
  test('closes its connection: bytes', async () => {
    const chat = await connectChat(await newCustomer());
    chat.socket.send(Buffer.alloc(limits.frameBytes + 1));
    expect((await chat.closed).code).toBe(1009);
  });

  test('closes a connection of which nobody knows whose it is', async () => {
    const chat = await openSocket(chatUrl());
    chat.send('x'.repeat(limits.frameBytes + 1));
    expect((await chat.closed).code).toBe(1009);
  });

  test('closes a connection whose `auth` was a frame', async () => {
    const { token } = await newCustomer();
    const chat = await openSocket(chatUrl());
    chat.send({ type: 'auth', token });
    await chat.next('ready');
    chat.send('x'.repeat(limits.frameBytes + 1));
    expect((await chat.closed).code).toBe(1009);
  });
});

test('a frame of 16 KiB is taken', async () => {
  const chat = await connectChat(await newCustomer());
  chat.send(ping.padEnd(limits.frameBytes));
  await chat.next('pong');
  const word = '{"type":"nothing","text":"';
  chat.send(`${word}${hangul(limits.frameBytes - word.length - 5)}"}`);
  expect(await chat.next('error')).toMatchObject({ code: 'malformed' });
  await chat.close();
});
