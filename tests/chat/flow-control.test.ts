import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chatUrlOf, connectTo, openSocket } from '../support/clients/chat-client.ts';
import { startChat } from '../support/servers/chat-home.ts';
import type { StartedChat } from '../support/servers/chat-home.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

/** Bounds that a test can reach, each with its own accounts. */
let chat: StartedChat;

beforeAll(async () => {
  chat = await startChat('bounded', {
    KINGBUS_CHAT_ACCOUNT_RATE: '6/2',
    KINGBUS_CHAT_ROOM_RATE: '4/2',
    KINGBUS_CHAT_SOCKETS_PER_ACCOUNT: '2',
  });
});

afterAll(() => chat.stop());

async function pair() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  return { customer, driver, room: await newRoom(customer, driver) };
}

const connect = (person: Person) => connectTo(chatUrlOf(chat.origin), person);
const message = (room: string, id: string) => ({ type: 'send', id, room, body: '네' });

describe('the pace', () => {
  test('frames that come too fast to one room are refused with the seconds to wait, and taken after them', async () => {
    const { customer, driver, room } = await pair();
    const other = await newRoom(customer, driver);
    const minji = await connect(customer);
    for (let index = 0; index < 6; index++) minji.send(message(room, `m-${index}`));
    minji.send(message(other, 'elsewhere'));
    minji.send({ type: 'typing', room });
    const refused = [await minji.next('error'), await minji.next('error'), await minji.next('error')];
    expect(refused.map(({ id }) => id)).toEqual(['m-4', 'm-5', undefined]);
    for (const error of refused) expect(error).toMatchObject({ code: 'rate_limited', room, retryAfter: 1 });
    for (let count = 0; count < 5; count++) await minji.next('ack');
    // The process's own clock is what refuses, so it is the one event to wait for.
    await new Promise((resolve) => void setTimeout(resolve, 1_000));
    minji.send(message(room, 'm-4'));
    expect(await minji.next('ack')).toMatchObject({ id: 'm-4', seq: 5 });
    await minji.close();
  });

  test('holds over all rooms and connections of an account together, and for no other account', async () => {
    const { customer, driver, room } = await pair();
    const other = await newRoom(customer, driver);
    const [phone, desk, junho] = [await connect(customer), await connect(customer), await connect(driver)];
    for (const id of ['1', '2', '3']) phone.send(message(room, id));
    for (let count = 0; count < 3; count++) await phone.next('ack');
    for (const id of ['4', '5', '6', '7']) desk.send(message(other, id));
    expect(await desk.next('error')).toMatchObject({ code: 'rate_limited', retryAfter: 1 });
    junho.send(message(room, 'junho'));
    expect(await junho.next('ack')).toMatchObject({ id: 'junho' });
    await Promise.all([phone.close(), desk.close(), junho.close()]);
  });

  test('a client that never heeds it is sent away', async () => {
    const { customer, room } = await pair();
    const minji = await connect(customer);
    for (let index = 0; index < 1_100; index++) minji.send({ type: 'read', room, seq: 0 });
    expect((await minji.closed).code).toBe(1008);
  });

  test('typing again and again reaches the others once', async () => {
    const { customer, driver, room } = await pair();
    const [minji, junho] = [await connect(customer), await connect(driver)];
    for (let index = 0; index < 3; index++) minji.send({ type: 'typing', room });
    minji.send(message(room, 'done'));
    await junho.next('message');
    expect(junho.all('typing')).toHaveLength(1);
    await Promise.all([minji.close(), junho.close()]);
  });
});

test('an account may have so many connections, and one more is refused with a code of its own', async () => {
  const { customer, driver } = await pair();
  const [phone, desk] = [await connect(customer), await connect(customer)];
  const third = await openSocket(chatUrlOf(chat.origin), ['kingbus.v1', `bearer.${customer.token}`]);
  third.send({ type: 'sync' });
  expect(await third.next('error')).toEqual({ type: 'error', code: 'too_many_connections' });
  expect((await third.closed).code).toBe(4429);
  const junho = await connect(driver);
  await phone.close();
  const again = await connect(customer);
  await Promise.all([desk.close(), junho.close(), again.close()]);
});
