import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { accountTopic, encodeAccountHint } from '../../functions/events/topics.ts';
import type { RoomId } from '../../schema/ids.ts';
import { FakeChat, someone } from './fake-chat.ts';

let chat: FakeChat;

beforeEach(async () => {
  chat = await FakeChat.open();
});
afterEach(() => void vi.useRealTimers());

test('a room that was joined while the database did not answer is there once it does', async () => {
  const principal = someone();
  const { session, socket } = chat.connect(principal);
  await socket.first('ready');
  session.receive('{"type":"sync"}');
  const room = 'room' as RoomId;
  chat.tables.rooms.set(room, 0);
  chat.outage = new Error('MariaDB is away');
  const failed = new Promise<void>((resolve) => (chat.onStatement = () => resolve()));
  await chat.bus.publish(accountTopic(principal.accountId), encodeAccountHint({ kind: 'joined', room }));
  await failed;
  // The statement fails in the turn in which it was made.
  await turn();
  chat.outage = undefined;
  expect(await socket.first('joined')).toEqual({ type: 'joined', room, head: 0 });
  expect(session.subscriptions.has(room)).toBe(true);
});

test('a connection that has ended asks for no room any more', async () => {
  const principal = someone();
  const { session, socket } = chat.connect(principal);
  await socket.first('ready');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  chat.outage = new Error('MariaDB is away');
  const statements: string[] = [];
  chat.onStatement = (sql) => void statements.push(sql);
  const joined = encodeAccountHint({ kind: 'joined', room: 'room' as RoomId });
  await chat.bus.publish(accountTopic(principal.accountId), joined);
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(statements.length).toBeGreaterThan(2);
  session.closed(1006, 'lost');
  expect(vi.getTimerCount()).toBe(0);
});
