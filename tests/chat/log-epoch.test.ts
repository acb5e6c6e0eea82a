import { beforeEach, describe, expect, test } from 'vitest';
import type { LogEpoch, RoomId } from '../../schema/ids.ts';
import { FakeChat, someone } from './fake-chat.ts';
import type { FakeConnection } from './fake-chat.ts';

const room = 'room' as RoomId;

let chat: FakeChat;

beforeEach(async () => {
  chat = await FakeChat.open();
  chat.tables.rooms.set(room, 50);
});

async function ready(): Promise<FakeConnection> {
  const connection = chat.connect(someone());
  await connection.socket.first('ready');
  connection.session.receive('{"type":"sync"}');
  return connection;
}

describe('a database that was restored to an earlier state', () => {
  test.each([
    ['is in another epoch', () => (chat.tables.epoch = 'another' as LogEpoch)],
    ['has less of a log than was delivered', () => chat.tables.rooms.set(room, 40)],
  ])('ends every connection where it %s, and the next ones begin anew', async (_name, restore) => {
    const connections = [await ready(), await ready()];
    restore();
    await chat.hub.sweeper.sweep();
    for (const { socket } of connections) expect(await socket.closed).toMatchObject({ code: 1012 });
    expect(chat.hub.connections.size).toBe(0);
    const { socket } = await ready();
    expect(await socket.first('ready')).toMatchObject({
      epoch: chat.tables.epoch,
      rooms: [{ id: room, head: chat.tables.rooms.get(room) }],
    });
  });

  test('is noticed by whoever connects next', async () => {
    const before = await ready();
    chat.tables.epoch = 'another' as LogEpoch;
    chat.tables.rooms.set(room, 40);
    const { socket } = chat.connect(someone());
    expect(await before.socket.closed).toMatchObject({ code: 1012 });
    expect(await socket.closed).toMatchObject({ code: 1012 });
    expect(await (await ready()).socket.first('ready')).toMatchObject({ rooms: [{ id: room, head: 40 }] });
  });

  test('is no other one while it stays as it was', async () => {
    const { session } = await ready();
    await chat.hub.sweeper.sweep();
    chat.tables.rooms.set(room, 51);
    await chat.hub.sweeper.sweep();
    expect(session.state).toBe('ready');
  });
});

test('`ready` gives the head that the database has, also where this process lags behind it', async () => {
  const first = await ready();
  chat.tables.rooms.set(room, 53);
  chat.tables.read = 52;
  const { socket } = await ready();
  expect(await socket.first('ready')).toMatchObject({ rooms: [{ id: room, head: 53, read: 52 }] });
  expect(first.session.state).toBe('ready');
});
