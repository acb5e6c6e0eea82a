import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ChatClient } from '../../client/chat.ts';
import type { ChatEvents } from '../../client/chat-types.ts';
import { Emitter } from '../../client/emitter.ts';
import type { HttpClient } from '../../client/http.ts';
import { RoomStore } from '../../client/page/room-store.ts';

const at = '2026-11-23T08:00:00.000Z';

const member = (id: string, more: object = {}) => ({
  id,
  displayName: id,
  role: 'driver',
  read: 0,
  lastSeenAt: null,
  ...more,
});

const room = (id: string, more: object = {}) => ({
  id,
  orderId: null,
  createdAt: at,
  activeAt: at,
  head: 0,
  read: 0,
  unread: 0,
  muted: false,
  lastMessage: null,
  members: [member('me', { online: true }), member('them', { online: true })],
  ...more,
});

/** A chat client that says what a test tells it to. */
class ToldChat extends Emitter<ChatEvents> {
  state: { name: string } = { name: 'online' };

  tell<Name extends keyof ChatEvents>(name: Name, value: ChatEvents[Name]): void {
    if (name === 'state') this.state = value as { name: string };
    this.emit(name, value);
  }

  ready(...ids: string[]): void {
    const rooms = ids.map((id) => ({ id, head: 0, read: 0 }));
    this.tell('ready', { account: 'me', epoch: 'first', expiresAt: at, rooms });
  }

  message(seq: number, more: object = {}): void {
    const message = { room: 'a', seq, id: `id-${seq}`, from: 'them', kind: 'text', body: `${seq}`, at, ...more };
    this.tell('message', message as ChatEvents['message']);
  }
}

/** A store, and what the API answers: one list of pages at a reading, the last one again and again. */
function open(...readings: (object[][] | Error)[]) {
  const chat = new ToldChat();
  const calls: (string | undefined)[] = [];
  let reading = -1;
  const http = {
    call: async (_name: string, { query: { cursor } }: { query: { cursor?: string } }) => {
      calls.push(cursor);
      if (cursor === undefined) reading = Math.min(reading + 1, readings.length - 1);
      const pages = readings[reading];
      if (!Array.isArray(pages)) throw pages;
      const page = Number(cursor ?? 0);
      return { items: structuredClone(pages[page]), nextCursor: page + 1 < pages.length ? `${page + 1}` : null };
    },
  };
  const states: string[] = [];
  const store = new RoomStore({
    http: http as unknown as HttpClient,
    chat: chat as unknown as ChatClient,
    account: 'me',
    onChange: () => {},
    onRoom: () => {},
    onIncoming: () => {},
    onState: (state) => void states.push(state),
  });
  const ids = () => store.all.map(({ id }) => id).toSorted();
  return { chat, store, calls, states, ids };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the rooms', () => {
  test.each<[string, object[][][], number]>([
    ['come in one page', [[[room('a'), room('b'), room('c')]]], 1],
    ['come in several pages', [[[room('a')], [room('b')], [room('c')]]], 3],
    // While the first page was read, `c` rose from the second to the first.
    [
      'rise while pages are read',
      [
        [[room('a'), room('b')], [room('a')]],
        [[room('c'), room('a')], [room('b')]],
      ],
      3,
    ],
    ['rise twice', [[[room('a')]], [[room('b')]], [[room('c')]]], 3],
  ])('are all there where they %s', async (_name, readings, calls) => {
    const opened = open(...readings);
    opened.chat.ready('a', 'b', 'c');
    await settled();
    expect(opened.ids()).toEqual(['a', 'b', 'c']);
    expect(opened.calls).toHaveLength(calls);
    expect(opened.states.at(-1)).toBe('idle');
  });

  test('that are missing are asked for again after a pause, and it is said', async () => {
    const { chat, ids, states, calls } = open([[room('a')]], [[room('a')]], [[room('a')]], [[room('a'), room('b')]]);
    chat.ready('a', 'b');
    await settled();
    expect(states.at(-1)).toBe('waiting');
    expect(calls).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ids()).toEqual(['a', 'b']);
    expect(states.at(-1)).toBe('idle');
  });

  test('that were joined while the list was read are read after it', async () => {
    const { chat, ids } = open([[room('a')]], [[room('a'), room('b')]]);
    chat.ready('a');
    chat.tell('joined', { room: 'b', head: 0 });
    await settled();
    expect(ids()).toEqual(['a', 'b']);
  });

  test('are read by hand where that failed', async () => {
    const { chat, store, ids, states } = open(new TypeError('fetch failed'), [[room('a')]]);
    chat.ready('a');
    await settled();
    expect(states.at(-1)).toBe('waiting');
    store.retry();
    await settled();
    expect(ids()).toEqual(['a']);
  });

  test('get messages that came before them', async () => {
    const { chat, store } = open([[room('a')]]);
    chat.message(1);
    chat.ready('a');
    await settled();
    expect(store.get('a')?.log.messages.map(({ body }) => body)).toEqual(['1']);
  });

  test.each<[string, (chat: ToldChat) => void]>([
    ['all of them', (chat) => chat.tell('reset', { epoch: 'second' })],
    ['one of them', (chat) => chat.tell('room_reset', { room: 'a' })],
  ])('begin anew where the logs were set back: %s', async (_name, reset) => {
    const { chat, store } = open([[room('a'), room('b')]]);
    chat.ready('a', 'b');
    await settled();
    chat.message(1);
    const before = [store.get('a'), store.get('b')];
    reset(chat);
    chat.ready('a', 'b');
    await settled();
    expect(store.get('a')).not.toBe(before[0]);
    expect(store.get('a')?.log.messages).toEqual([]);
    expect(store.get('b') === before[1]).toBe(_name === 'one of them');
  });
});

describe('who is there', () => {
  const online = (store: RoomStore) => store.get('a')?.member('them')?.online;

  test('is what is told last, and unknown without a connection', async () => {
    const { chat, store } = open([[room('a')]]);
    chat.ready('a');
    await settled();
    expect(online(store)).toBe(true);
    chat.tell('presence', { room: 'a', account: 'them', online: false, lastSeenAt: at });
    expect(online(store)).toBe(false);
    expect(store.get('a')?.member('them')?.lastSeenAt).toBe(at);
    chat.tell('presence', { room: 'a', account: 'them', online: true });
    chat.tell('state', { name: 'offline', retryAt: 0 });
    expect(online(store)).toBeNull();
    chat.tell('state', { name: 'online' });
    chat.ready('a');
    await settled();
    expect(online(store)).toBe(true);
  });

  test('is unknown where the list was read, and there is no connection', async () => {
    const { chat, store } = open([[room('a')]]);
    chat.tell('state', { name: 'offline', retryAt: 0 });
    await settled();
    expect(store.get('a')).toBeDefined();
    expect(online(store)).toBeNull();
  });
});

describe('what is read', () => {
  const read = (store: RoomStore, account: string) => store.get('a')?.member(account)?.read;

  test('moves by reading alone, never by writing', async () => {
    const { chat, store } = open([[room('a')]]);
    chat.ready('a');
    await settled();
    chat.message(1);
    chat.message(2, { from: 'me' });
    expect([read(store, 'them'), store.get('a')?.read, store.get('a')?.unread]).toEqual([0, 0, 1]);
    chat.message(3, { from: 'me', kind: 'edit', target: 2 });
    expect(store.get('a')?.unread).toBe(1);
    chat.tell('read', { room: 'a', account: 'them', seq: 2 });
    expect(read(store, 'them')).toBe(2);
    chat.tell('read', { room: 'a', account: 'me', seq: 1 });
    expect([store.get('a')?.read, store.get('a')?.unread]).toEqual([1, 0]);
  });

  test('in part by another device is counted anew', async () => {
    const counted = { head: 10, read: 2, unread: 6 };
    const { chat, store } = open([[room('a', counted)]], [[room('a', { ...counted, read: 5, unread: 3 })]]);
    chat.ready('a');
    await settled();
    expect(store.get('a')?.unread).toBe(6);
    chat.tell('read', { room: 'a', account: 'me', seq: 5 });
    await settled();
    expect(store.get('a')?.unread).toBe(3);
  });
});
