import { describe, expect, test } from 'vitest';
import type { RoomId } from '../../schema/ids.ts';
import { chatUrl, connectChat, openSocket } from '../support/clients/chat-client.ts';
import type { ChatClient } from '../support/clients/chat-client.ts';
import { newCustomer, newDriver } from '../support/people/people.ts';
import { newRoom } from '../support/people/rooms.ts';

/** What docs/chat-protocol.md says, a statement a test, where no other file here holds it. */

async function scene() {
  const [customer, driver] = await Promise.all([newCustomer(), newDriver()]);
  const rooms = [await newRoom(customer, driver), await newRoom(customer, driver)] as const;
  return { customer, driver, rooms, minji: await connectChat(customer) };
}

async function say(client: ChatClient, room: RoomId, ...ids: string[]): Promise<void> {
  for (const id of ids) client.send({ type: 'send', id, room, body: id });
  for (const id of ids) expect(await client.next('ack')).toMatchObject({ id });
}

describe('a ping', () => {
  test.each(['{"type":"ping"}', '{ "type": "ping" }', '{"type":"\\u0070ing"}', ' {"type":"ping"}\n'])(
    'is answered however it is written: %j',
    async (text) => {
      const { minji } = await scene();
      minji.send(text);
      expect(await minji.next('pong')).toEqual({ type: 'pong' });
      await minji.close();
    },
  );

  test('sent as soon as the connection opens is answered as well', async () => {
    const { token } = await newCustomer();
    const chat = await openSocket(chatUrl(), ['kingbus.v1', `bearer.${token}`]);
    chat.send({ type: 'ping' });
    await chat.next('pong');
    await chat.close();
  });

  test('with something else in it is none', async () => {
    const { minji } = await scene();
    minji.send({ type: 'ping', id: 'p' });
    expect(await minji.next('error')).toEqual({ type: 'error', code: 'malformed', id: 'p' });
    await minji.close();
  });

  test('in the place of `auth` ends the connection', async () => {
    const chat = await openSocket(chatUrl());
    chat.send({ type: 'ping' });
    expect((await chat.closed).code).toBe(4401);
  });
});

describe('what is malformed', () => {
  const room = '01a2099c-14f4-7000-a632-c6ff38b4bcdf';

  test.each<[string, string, { id?: string; room?: string }]>([
    ['no JSON', '{"type":"send","id":"a"', {}],
    ['a list', `[{"id":"a","room":"${room}"}]`, {}],
    ['a room by a UUID of version 8', '{"type":"read","room":"01a2099c-14f4-8000-8032-c6ff38b4bcdf","seq":1}', {}],
    ['an unknown type', `{"type":"shout","id":"a","room":"${room}"}`, { id: 'a', room }],
    ['no type', `{"id":"a","room":"${room}"}`, { id: 'a', room }],
    ['an unknown property', `{"type":"typing","room":"${room}","id":"a"}`, { id: 'a', room }],
    ['no body', `{"type":"send","id":"a","room":"${room}"}`, { id: 'a', room }],
    ['no room', '{"type":"send","id":"a","body":"b"}', { id: 'a' }],
    ['a room that is none', '{"type":"send","id":"a","room":"r","body":"b"}', { id: 'a' }],
    ['no id', `{"type":"send","room":"${room}","body":"b"}`, { room }],
    ['an id that is no text', `{"type":"send","id":7,"room":"${room}","body":"b"}`, { room }],
    ['an id that is too long', `{"type":"send","id":"${'a'.repeat(65)}","room":"${room}","body":"b"}`, { room }],
    [
      'an id that is not ASCII, which it names all the same',
      `{"type":"send","id":"가","room":"${room}","body":"b"}`,
      { id: '가', room },
    ],
    ['a cursor that is no number', `{"type":"sync","rooms":{"${room}":"1"}}`, {}],
    [
      'a room in capitals, which it names in small letters',
      `{"type":"typing","room":"${room.toUpperCase()}","x":1}`,
      { room },
    ],
  ])('%s names what it can of what it is about', async (_name, text, names) => {
    const minji = await connectChat(await newCustomer());
    minji.send(text);
    expect(await minji.next('error')).toEqual({ type: 'error', code: 'malformed', ...names });
    await minji.close();
  });
});

describe('an id', () => {
  test('is its sender’s own, in one room, for whatever adds to its log', async () => {
    const { driver, rooms, minji } = await scene();
    const [room, another] = rooms;
    const junho = await connectChat(driver);
    await say(minji, room, 'x', 'y');
    await say(minji, another, 'x');
    await say(junho, room, 'x');
    minji.send({ type: 'edit', id: 'x', room, seq: 2, body: 'x' });
    minji.send({ type: 'delete', id: 'x', room, seq: 2 });
    for (const _ of ['edit', 'delete']) {
      expect(await minji.next('error')).toEqual({ type: 'error', code: 'conflict', id: 'x', room });
    }
    minji.send({ type: 'edit', id: 'e', room, seq: 2, body: '고침' });
    expect(await minji.next('ack')).toMatchObject({ id: 'e', seq: 4 });
    for (const frame of [
      { type: 'send', id: 'e', room, body: '고침' },
      { type: 'edit', id: 'e', room, seq: 2, body: '다시' },
      { type: 'edit', id: 'e', room, seq: 1, body: '고침' },
      { type: 'delete', id: 'e', room, seq: 2 },
    ]) {
      minji.send(frame);
      expect(await minji.next('error'), frame.type).toEqual({ type: 'error', code: 'conflict', id: 'e', room });
    }
    await Promise.all([minji.close(), junho.close()]);
  });
});

describe('a second sync', () => {
  test('begins anew in the rooms that it names, and lets the others go on', async () => {
    const { customer, rooms, minji } = await scene();
    const [room, another] = rooms;
    await say(minji, room, 'a', 'b', 'c');
    await say(minji, another, 'a', 'b');
    const chat = await connectChat(customer, 0, { [room]: 1, [another]: 0 });
    const seen = async (count: number) => {
      while (chat.all('message').length < count) await chat.next('message');
      return [room, another].map((id) =>
        chat.all('message').flatMap((message) => (message.room === id ? [message.seq] : [])),
      );
    };
    expect(await seen(4)).toEqual([
      [2, 3],
      [1, 2],
    ]);
    chat.send({ type: 'sync', rooms: { [room]: 0 } });
    chat.send({ type: 'sync' });
    expect(await seen(7)).toEqual([
      [2, 3, 1, 2, 3],
      [1, 2],
    ]);
    await say(minji, another, 'c');
    await say(minji, room, 'd');
    expect(await seen(9)).toEqual([
      [2, 3, 1, 2, 3, 4],
      [1, 2, 3],
    ]);
    await Promise.all([chat.close(), minji.close()]);
  });

  test.each(['01a2099c-14f4-7000-a632-c6ff38b4bcdf'])(
    'says which room is none of its account’s: %s',
    async (nowhere) => {
      const { rooms, minji } = await scene();
      minji.send({ type: 'sync', rooms: { [nowhere]: 0, [rooms[0]]: 0 } });
      expect(await minji.next('error')).toEqual({ type: 'error', code: 'not_found', room: nowhere });
      await say(minji, rooms[0], 'a');
      expect(await minji.next('message')).toMatchObject({ seq: 1 });
      await minji.close();
    },
  );
});
