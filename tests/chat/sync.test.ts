import { describe, expect, test } from 'vitest';
import { appendMessages } from '../../db/append-messages.ts';
import { transaction } from '../../db/engine/transaction.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import { database } from '../support/db/run-database.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import type { Person } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

/** Writes into the log without telling anyone, as a process does that dies right after its commit. */
async function writeUnheard(room: RoomId, sender: Person, count: number): Promise<void> {
  const batch = Array.from({ length: count }, (_, index) => ({
    senderId: sender.id as AccountId,
    clientId: `${Date.now()}-${index}`,
    kind: 'text' as const,
    body: `${index}번째`,
    targetSeq: null,
    needsMembership: true,
  }));
  await transaction(database(), (tx) => appendMessages(tx, room, batch, new Date().toISOString()));
}

async function pair() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  return { customer, driver, room: await newRoom(customer, driver) };
}

const sequences = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('sync', () => {
  test('`ready` gives the heads, and no message is delivered before `sync`', async () => {
    const { customer, driver, room } = await pair();
    await writeUnheard(room, driver, 3);
    const chat = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${customer.token}`]);
    expect((await chat.next('ready')).rooms).toEqual([{ id: room, head: 3, read: 0 }]);
    const other = await connectChat(driver, 1);
    other.send({ type: 'send', id: 'four', room, body: '넷' });
    await other.next('ack');
    await other.next('message');
    expect(chat.all('message')).toEqual([]);
    chat.send({ type: 'sync', rooms: {} });
    expect(await chat.next('message')).toMatchObject({ seq: 4 });
    await Promise.all([chat.close(), other.close()]);
  });

  test('goes on from a cursor, over several pages, into live messages', async () => {
    const { customer, driver, room } = await pair();
    await writeUnheard(room, driver, 450);
    const chat = await connectChat(customer, 0, { [room]: 20 });
    const other = await connectChat(driver, 1);
    for (let index = 0; index < 50; index++) other.send({ type: 'send', id: `live-${index}`, room, body: '실시간' });
    while ((await chat.next('message')).seq < 500);
    expect(chat.all('message').map(({ seq }) => seq)).toEqual(sequences(21, 500));
    await Promise.all([chat.close(), other.close()]);
  });

  test('again, later, starts again from where it says', async () => {
    const { customer, driver, room } = await pair();
    await writeUnheard(room, driver, 5);
    const chat = await connectChat(customer, 0, { [room]: 3 });
    while ((await chat.next('message')).seq < 5);
    chat.send({ type: 'sync', rooms: { [room]: 1 } });
    while ((await chat.next('message')).seq < 5);
    expect(chat.all('message').map(({ seq }) => seq)).toEqual([4, 5, 2, 3, 4, 5]);
    await chat.close();
  });

  test('a cursor that this process has not reached yet shows nothing twice', async () => {
    const { customer, driver, room } = await pair();
    const first = await connectChat(customer);
    await writeUnheard(room, driver, 3);
    const second = await connectChat(customer, 0, { [room]: 3 });
    const other = await connectChat(driver, 1);
    other.send({ type: 'send', id: 'four', room, body: '넷' });
    while ((await first.next('message')).seq < 4);
    expect(await second.next('message')).toMatchObject({ seq: 4 });
    expect(first.all('message').map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    await Promise.all([first.close(), second.close(), other.close()]);
  });

  test('a message whose hint was lost comes all the same', async () => {
    const { customer, driver, room } = await pair();
    const chat = await connectChat(customer);
    await writeUnheard(room, driver, 3);
    while ((await chat.next('message')).seq < 3);
    expect(chat.all('message').map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await chat.close();
  });

  test('a hint from further ahead makes the gap before it be read', async () => {
    const { customer, driver, room } = await pair();
    const [chat, other] = await Promise.all([connectChat(customer, 0), connectChat(driver, 1)]);
    await writeUnheard(room, driver, 2);
    other.send({ type: 'send', id: 'three', room, body: '셋' });
    while ((await chat.next('message')).seq < 3);
    while ((await other.next('message')).seq < 3);
    for (const client of [chat, other]) expect(client.all('message').map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await Promise.all([chat.close(), other.close()]);
  });
});

test.each([1, 3, 250])('`ready` names no mark beyond its head where the process lags by %i', async (behind) => {
  const { customer, driver, room } = await pair();
  const first = await connectChat(customer);
  await writeUnheard(room, driver, behind);
  const read = await customer.call(`/v1/rooms/${room}/read`, { method: 'PUT', body: { seq: behind } });
  expect(read.body).toMatchObject({ read: behind });
  const second = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${customer.token}`]);
  expect((await second.next('ready')).rooms).toEqual([{ id: room, head: behind, read: behind }]);
  await Promise.all([first.close(), second.close()]);
});

describe('read marks and typing', () => {
  test('a read mark reaches the room and the account’s own devices, and never goes back', async () => {
    const { customer, driver, room } = await pair();
    await writeUnheard(room, driver, 3);
    const [chat, phone, other] = await Promise.all([
      connectChat(customer, 0),
      connectChat(customer, 1),
      connectChat(driver, 1),
    ]);
    chat.send({ type: 'read', room, seq: 2 });
    const mark = { type: 'read', room, account: customer.id, seq: 2 };
    for (const client of [other, phone, chat]) expect(await client.next('read')).toEqual(mark);
    chat.send({ type: 'read', room, seq: 1 });
    expect(await other.next('read')).toEqual(mark);
    chat.send({ type: 'read', room, seq: 99 });
    expect(await other.next('read')).toEqual({ ...mark, seq: 3 });
    await Promise.all([chat.close(), phone.close(), other.close()]);
  });

  test('typing reaches the others, not oneself', async () => {
    const { customer, driver, room } = await pair();
    const [chat, other] = await Promise.all([connectChat(customer, 0), connectChat(driver, 1)]);
    chat.send({ type: 'typing', room });
    expect(await other.next('typing')).toEqual({ type: 'typing', room, account: customer.id });
    other.send({ type: 'typing', room });
    await chat.next('typing');
    expect(chat.all('typing').map(({ account }) => account)).toEqual([driver.id]);
    await Promise.all([chat.close(), other.close()]);
  });
});
