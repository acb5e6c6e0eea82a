import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChatClient } from '../../client/chat.ts';
import type { ChatMessage, ChatOptions, ChatState } from '../../client/chat-types.ts';
import { RecentIds } from '../../client/recent-ids.ts';
import { ScriptedChat } from '../support/clients/scripted-chat.ts';

let server: ScriptedChat;
let chat: ChatClient;

beforeEach(async () => {
  server = await ScriptedChat.start();
});

afterEach(() => {
  chat.close();
  server.stop();
  vi.useRealTimers();
});

/** A client of the scripted server, and what it showed. */
function client(options: Partial<ChatOptions> = {}) {
  const shown: ChatMessage[] = [];
  const states: ChatState[] = [];
  const token = vi.fn<ChatOptions['token']>(async () => 'token');
  chat = new ChatClient({ url: server.url, token, reconnect: { fromMs: 5, toMs: 20 }, ...options } as ChatOptions);
  chat.on('message', (message) => shown.push(message));
  chat.on('state', (state) => states.push(state));
  const connected = chat.connect();
  connected.catch(() => {});
  return { shown, states, token, connected, sequences: () => shown.map(({ seq }) => seq) };
}

const room = { id: 'r', head: 0, read: 0 };

describe('what is shown', () => {
  test('begins after the heads of the first connection, and goes on from the cursors at the next', async () => {
    const { sequences } = client();
    const first = await server.welcome([{ ...room, head: 7 }]);
    expect(first.rooms).toEqual({});
    first.peer.message('r', 8);
    await vi.waitFor(() => expect(sequences()).toEqual([8]));
    first.peer.close(1012);
    const second = await server.welcome([{ ...room, head: 10 }]);
    expect(second.rooms).toEqual({ r: 8 });
    expect(chat.cursors).toEqual({ r: 8 });
  });

  test('is never what was shown before, and never what lies beyond a gap, which is asked for once', async () => {
    const { sequences } = client();
    const { peer } = await server.welcome([{ ...room, head: 1 }]);
    for (const seq of [2, 2, 1, 5, 6]) peer.message('r', seq);
    expect(await peer.hear()).toEqual({ type: 'sync', rooms: { r: 2 } });
    for (const seq of [3, 4, 5, 6, 7]) peer.message('r', seq);
    await vi.waitFor(() => expect(sequences()).toEqual([2, 3, 4, 5, 6, 7]));
    expect(peer.unheard).toBe(0);
  });

  test('is the whole of a room that was joined while away', async () => {
    const { sequences } = client({ cursors: { r: 3 } });
    const joined = vi.fn<(value: { room: string }) => void>();
    chat.on('joined', joined);
    const { peer, rooms } = await server.welcome([
      { ...room, head: 3 },
      { ...room, id: 'new', head: 2 },
    ]);
    expect(rooms).toEqual({ new: 0 });
    peer.message('new', 1);
    peer.message('new', 2);
    await vi.waitFor(() => expect(sequences()).toEqual([1, 2]));
    expect(joined).toHaveBeenCalledWith({ room: 'new', head: 2 });
  });

  test('of more rooms than a frame can name is asked for in several', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `room-${index}`.padEnd(36, '-'));
    client({ cursors: Object.fromEntries(ids.map((id) => [id, 1])) });
    const { peer, rooms } = await server.welcome(ids.map((id) => ({ ...room, id, head: 5 })));
    const named = [rooms, (await peer.hear())['rooms'], (await peer.hear())['rooms']].map((each) =>
      Object.keys(each as object),
    );
    expect(named.flat()).toEqual(ids);
    for (const each of named) expect(JSON.stringify(each).length).toBeLessThan(15_000);
  });

  test('is asked for again where the server was asked too fast', async () => {
    const { sequences } = client();
    const { peer } = await server.welcome([{ ...room, head: 1 }]);
    peer.message('r', 2);
    peer.say({ type: 'error', code: 'rate_limited', retryAfter: 0 });
    expect(await peer.hear()).toEqual({ type: 'sync', rooms: { r: 2 } });
    peer.message('r', 3);
    await vi.waitFor(() => expect(sequences()).toEqual([2, 3]));
  });

  test.each(['x{', '', 'null', '7', '"text"', '[]', '{}', '{"type":7}'])(
    'is nothing of a frame that is none: %j',
    async (text) => {
      const { sequences } = client();
      const { peer } = await server.welcome([room]);
      peer.sayText(text);
      peer.message('r', 1);
      await vi.waitFor(() => expect(sequences()).toEqual([1]));
    },
  );

  test('of a failing listener does not stop the others', async () => {
    const { sequences } = client();
    chat.on('typing', () => chat.close());
    const { peer } = await server.welcome([room]);
    peer.say({ type: 'tomorrow' } as never);
    peer.message('r', 1);
    await vi.waitFor(() => expect(sequences()).toEqual([1]));
  });
});

describe('a log that is another one', () => {
  test.each([
    ['by its epoch', { head: 60, epoch: 'second' }],
    ['by a head before the cursor', { head: 40, epoch: 'first' }],
  ])('is begun anew: known %s', async (_name, { head, epoch }) => {
    const { sequences } = client();
    const reset = vi.fn<(value: unknown) => void>();
    const order: string[] = [];
    chat.on('reset', reset);
    for (const name of ['reset', 'ready'] as const) chat.on(name, () => void order.push(name));
    const first = await server.welcome([{ ...room, head: 49 }]);
    first.peer.message('r', 50);
    await vi.waitFor(() => expect(chat.cursors).toEqual({ r: 50 }));
    expect(chat.epoch).toBe('first');
    first.peer.close(1012);
    const { peer, rooms } = await server.welcome([{ ...room, head }], { epoch });
    expect(rooms).toEqual({});
    expect(chat.cursors).toEqual({ r: head });
    expect(reset).toHaveBeenCalledTimes(1);
    expect(order).toEqual(['ready', 'reset', 'ready']);
    peer.message('r', head + 1);
    await vi.waitFor(() => expect(sequences()).toEqual([50, head + 1]));
  });

  test('is known by a client that goes on from what another kept', async () => {
    client({ cursors: { r: 50 }, epoch: 'first' });
    const { rooms } = await server.welcome([{ ...room, head: 60 }], { epoch: 'second' });
    expect(rooms).toEqual({});
    expect(chat.epoch).toBe('second');
  });

  test('is not told to a client that kept no epoch, and still is one by its head', async () => {
    client({ cursors: { r: 50 } });
    const first = await server.welcome([{ ...room, head: 60 }], { epoch: 'second' });
    expect(first.rooms).toEqual({ r: 50 });
    first.peer.close(1012);
    const { rooms } = await server.welcome([{ ...room, head: 40 }], { epoch: 'second' });
    expect(rooms).toEqual({});
  });

  test('in one room is begun anew in that room', async () => {
    const { sequences } = client({ cursors: { r: 50, other: 7 } });
    const reset = vi.fn<(value: { room: string }) => void>();
    chat.on('room_reset', reset);
    const { peer } = await server.welcome([
      { ...room, head: 60 },
      { ...room, id: 'other', head: 7 },
    ]);
    peer.say({ type: 'error', code: 'beyond_head', room: 'r', seq: 40 });
    peer.message('r', 41);
    await vi.waitFor(() => expect(sequences()).toEqual([41]));
    expect(reset.mock.calls).toEqual([[{ room: 'r' }]]);
    expect(chat.cursors).toEqual({ r: 41, other: 7 });
  });

  test('sends what was not acknowledged in the one before', async () => {
    client();
    const first = await server.welcome([{ ...room, head: 50 }]);
    const sent = chat.send('r', 'one', { id: 'a' });
    await first.peer.hear();
    first.peer.close(1012);
    const { peer } = await server.welcome([{ ...room, head: 40 }], { epoch: 'second' });
    expect(await peer.hear()).toMatchObject({ type: 'send', id: 'a' });
    peer.ack('r', 'a', 41);
    expect(await sent).toMatchObject({ seq: 41 });
  });
});

describe('what happened in the marketplace', () => {
  const event = (id: string) =>
    ({ type: 'event', event: 'operator_activated', id, at: new Date().toISOString() }) as const;

  test('is told once, however often the server tells it, also over another connection', async () => {
    client();
    const told: string[] = [];
    chat.on('event', ({ id }) => told.push(id));
    const first = await server.welcome([room]);
    for (const id of ['a', 'a', 'b']) first.peer.say(event(id));
    await vi.waitFor(() => expect(told).toEqual(['a', 'b']));
    first.peer.close(1012);
    const { peer } = await server.welcome([room]);
    for (const id of ['b', 'a', 'c']) peer.say(event(id));
    await vi.waitFor(() => expect(told).toEqual(['a', 'b', 'c']));
  });

  test('is remembered up to a limit', () => {
    const ids = new RecentIds(3);
    for (const id of ['a', 'b', 'c', 'd']) expect(ids.add(id)).toBe(true);
    expect(['b', 'c', 'd'].map((id) => ids.add(id))).toEqual([false, false, false]);
    expect(ids.add('a')).toBe(true);
  });
});

describe('what is sent', () => {
  test('waits for a connection, and keeps its order and ids through a lost one', async () => {
    const { connected } = client();
    const sent = [chat.send('r', 'one'), chat.send('r', 'two'), chat.send('other', 'three')];
    const first = await server.welcome([room]);
    await connected;
    const one = await first.peer.hear();
    expect(one).toMatchObject({ type: 'send', room: 'r', body: 'one' });
    expect(await first.peer.hear()).toMatchObject({ room: 'other', body: 'three' });
    first.peer.close(1012);

    const { peer } = await server.welcome([room]);
    expect(await peer.hear()).toEqual(one);
    const three = await peer.hear();
    expect(peer.unheard).toBe(0);
    peer.ack('r', one['id'], 1);
    const two = await peer.hear();
    expect(two).toMatchObject({ body: 'two' });
    peer.ack('r', two['id'], 2);
    peer.ack('other', three['id'], 1);
    expect((await Promise.all(sent)).map(({ seq }) => seq)).toEqual([1, 2, 1]);
    expect(chat.outbox).toEqual([]);
  });

  test('is sent again, and before what came after it, where the server could not take it', async () => {
    client();
    const { peer } = await server.welcome([room]);
    const sent = [chat.send('r', 'one', { id: 'a' }), chat.send('r', 'two', { id: 'b' })];
    for (const code of ['unavailable', 'rate_limited'] as const) {
      expect(await peer.hear()).toMatchObject({ id: 'a' });
      peer.say({ type: 'error', code, id: 'a', room: 'r', ...(code === 'rate_limited' && { retryAfter: 0 }) });
    }
    expect(await peer.hear()).toMatchObject({ id: 'a' });
    peer.ack('r', 'a', 1);
    expect(await peer.hear()).toMatchObject({ id: 'b' });
    peer.ack('r', 'b', 2);
    await Promise.all(sent);
  });

  test('rejects where the server will not have it, and the next goes out', async () => {
    client();
    const { peer } = await server.welcome([room]);
    const refused = chat.send('r', 'one', { id: 'a' });
    const edited = chat.edit('r', 4, 'four', { id: 'b' });
    await peer.hear();
    peer.say({ type: 'error', code: 'conflict', id: 'a', room: 'r' });
    await expect(refused).rejects.toMatchObject({ name: 'ChatError', code: 'conflict' });
    expect(await peer.hear()).toEqual({ type: 'edit', id: 'b', room: 'r', seq: 4, body: 'four' });
    peer.ack('r', 'b', 5);
    await edited;
  });

  test.each([
    ['', 'blank'],
    [' \n\t ', 'blank'],
    ['x'.repeat(4001), 'too_long'],
    ['😀'.repeat(4001), 'too_long'],
  ])('rejects before it is sent where no server would have it, with the reason: %#', async (body, reason) => {
    const { connected } = client();
    const { peer } = await server.welcome([room]);
    await connected;
    for (const refused of [chat.send('r', body), chat.edit('r', 1, body)]) {
      await expect(refused).rejects.toMatchObject({ code: 'invalid_body', reason });
    }
    expect(chat.outbox).toEqual([]);
    expect(peer.unheard).toBe(0);
  });

  test.each(['x'.repeat(4000), '😀'.repeat(4000)])(
    'goes out up to 4,000 characters, however they are written',
    async (body) => {
      client();
      const { peer } = await server.welcome([room]);
      void chat.send('r', body).catch(() => {});
      expect(await peer.hear()).toMatchObject({ body });
    },
  );

  test.each(['blank', 'too_long', 'malformed_text'] as const)(
    'rejects with the reason that the server gave: %s',
    async (reason) => {
      client();
      const { peer } = await server.welcome([room]);
      const refused = vi.fn<(value: { error: { reason?: string | undefined } }) => void>();
      chat.on('refused', refused);
      const sent = chat.edit('r', 1, 'some', { id: 'a' });
      await peer.hear();
      peer.say({ type: 'error', code: 'invalid_body', id: 'a', room: 'r', reason });
      await expect(sent).rejects.toMatchObject({ code: 'invalid_body', reason });
      expect(refused.mock.lastCall?.[0].error.reason).toBe(reason);
    },
  );

  test('under an id that another room has too is refused, or sent again, in its own room alone', async () => {
    client();
    const { peer } = await server.welcome([room, { ...room, id: 'other' }]);
    const sent = chat.send('r', 'one', { id: 'a' });
    const refused = chat.send('other', 'two', { id: 'a' });
    await Promise.all([peer.hear(), peer.hear()]);
    peer.say({ type: 'error', code: 'rate_limited', id: 'a', room: 'other', retryAfter: 0 });
    expect(await peer.hear()).toMatchObject({ id: 'a', room: 'other' });
    peer.say({ type: 'error', code: 'conflict', id: 'a', room: 'other' });
    await expect(refused).rejects.toMatchObject({ code: 'conflict' });
    peer.ack('r', 'a', 1);
    expect(await sent).toMatchObject({ room: 'r', seq: 1 });
    expect(peer.unheard).toBe(0);
  });

  test('counts as acknowledged once it shows in the log', async () => {
    client();
    const { peer } = await server.welcome([room]);
    const sent = chat.send('r', 'one', { id: 'a' });
    await peer.hear();
    peer.message('r', 1, { id: 'a', from: 'them' });
    peer.message('r', 2, { id: 'a', from: 'me' });
    expect(await sent).toMatchObject({ seq: 2 });
  });

  test('is given up by an abort, and never sent', async () => {
    const { connected } = client();
    const controller = new AbortController();
    const aborted = chat.send('r', 'never', { signal: controller.signal });
    const kept = chat.send('r', 'kept');
    controller.abort(new Error('changed my mind'));
    await expect(aborted).rejects.toThrow('changed my mind');
    const { peer } = await server.welcome([room]);
    await connected;
    const frame = await peer.hear();
    expect(frame).toMatchObject({ body: 'kept' });
    peer.ack('r', frame['id'], 1);
    await kept;
  });

  test('is kept by `close`, for the next client', async () => {
    client();
    const { peer } = await server.welcome([room]);
    const lost = chat.send('r', 'one', { id: 'a' });
    await peer.hear();
    chat.close();
    await expect(lost).rejects.toMatchObject({ code: 'closed' });
    const { outbox, cursors } = chat;
    client({ account: 'me', outbox, cursors });
    const sent = vi.fn<(placed: { id: string }) => void>();
    chat.on('sent', sent);
    const again = await server.welcome([room]);
    expect(await again.peer.hear()).toEqual({ type: 'send', id: 'a', room: 'r', body: 'one' });
    again.peer.ack('r', 'a', 1);
    await vi.waitFor(() => expect(sent).toHaveBeenCalledWith(expect.objectContaining({ id: 'a', seq: 1 })));
  });
});

describe('the connection', () => {
  test('comes back when `bye` said', async () => {
    const { states } = client({ reconnect: { fromMs: 60_000, toMs: 60_000 } });
    const { peer } = await server.welcome();
    await vi.waitFor(() => expect(chat.state.name).toBe('online'));
    peer.say({ type: 'bye', reconnectAfter: 40 });
    peer.close(1012);
    await server.welcome();
    const offline = states.find(({ name }) => name === 'offline');
    expect(offline).toMatchObject({ retryAt: expect.closeTo(Date.now(), -3) as number });
  });

  test('comes back with a new token after 4401, once without a pause', async () => {
    const { token } = client({ reconnect: { fromMs: 60_000, toMs: 60_000 } });
    const first = await server.accept();
    first.close(4401);
    const second = await server.accept();
    expect(token.mock.calls).toEqual([[{ fresh: false }], [{ fresh: true }]]);
    second.close(4401);
    await vi.waitFor(() => expect(chat.state.name).toBe('offline'));
    // Whoever comes back to the page need not wait.
    chat.wake();
    await server.accept();
  });

  test('whose upgrade is refused is tried again, and at every second time with a new token', async () => {
    server.refusals = 3;
    const { token, connected } = client();
    await server.welcome();
    await connected;
    expect(token.mock.calls).toEqual([[{ fresh: false }], [{ fresh: false }], [{ fresh: true }], [{ fresh: false }]]);
  });

  test('stays away after 4403, and says why', async () => {
    const { connected } = client();
    const { peer } = await server.welcome([room]);
    await connected;
    const sent = chat.send('r', 'one');
    await peer.hear();
    peer.close(4403);
    await expect(sent).rejects.toMatchObject({ code: 'session_ended' });
    expect(chat.state).toMatchObject({ name: 'closed', error: { code: 'session_ended' } });
    expect(chat.outbox).toHaveLength(1);
    await expect(chat.connect()).rejects.toMatchObject({ code: 'session_ended' });
  });

  test('is not tried where no session is left, and tried again where the token only could not be had', async () => {
    const token = vi.fn<ChatOptions['token']>();
    token.mockRejectedValueOnce(new TypeError('fetch failed'));
    token.mockRejectedValueOnce(Object.assign(new Error('ended'), { code: 'session_ended' }));
    const { connected } = client({ token });
    await expect(connected).rejects.toMatchObject({ code: 'session_ended' });
    expect(token).toHaveBeenCalledTimes(2);
  });

  test.each(['ready', 'reset', 'joined'] as const)('stays closed where a listener of %s closed it', async (name) => {
    client({ cursors: { r: 1 }, epoch: name === 'reset' ? 'another' : 'first' });
    chat.on(name, () => chat.close());
    await server.greet(['r', 'new'].map((id) => ({ id, head: 1, read: 0 })));
    await vi.waitFor(() => expect(chat.state).toEqual({ name: 'closed' }));
    await expect(chat.send('r', 'late')).rejects.toMatchObject({ code: 'closed' });
  });

  test('is given up by an abort', async () => {
    chat = new ChatClient({ url: server.url, token: () => new Promise(() => {}) });
    const controller = new AbortController();
    const connected = chat.connect({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(connected).rejects.toThrow('enough');
    expect(chat.state.name).toBe('closed');
  });

  test('presents a new token before the old one ends, and goes on', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    let count = 0;
    const { connected } = client({ token: async ({ fresh }) => `${fresh ? 'fresh' : 'first'}-${++count}` });
    const { peer, token } = await server.welcome([], { expiresAt: new Date(Date.now() + 40_000).toISOString() });
    expect(token).toBe('first-1');
    await connected;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await peer.hear()).toEqual({ type: 'auth', token: 'fresh-2' });
    peer.say({ type: 'renewed', expiresAt: new Date(Date.now() + 600_000).toISOString() });
    expect(chat.state.name).toBe('online');
  });

  test('presents a token again that the server could not look at', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { connected } = client();
    const { peer } = await server.welcome([], { expiresAt: new Date(Date.now() + 40_000).toISOString() });
    await connected;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await peer.hear()).toMatchObject({ type: 'auth' });
    const refused = new Promise((resolve) => void chat.on('error', resolve));
    peer.say({ type: 'error', code: 'unavailable' });
    expect(await refused).toMatchObject({ code: 'unavailable' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await peer.hear()).toMatchObject({ type: 'auth' });
  });

  test('that no socket can be made for ends the client', async () => {
    const { connected } = client({ token: async () => 'no token, with spaces' });
    await expect(connected).rejects.toMatchObject({ code: 'refused' });
    expect(chat.state).toMatchObject({ name: 'closed', error: { code: 'refused' } });
  });

  test('that fell silent is asked, and given up where nothing comes', async () => {
    client({ silenceMs: 20, answerMs: 300 });
    const { peer } = await server.welcome();
    for (let time = 0; time < 2; time++) {
      expect(await peer.hear()).toEqual({ type: 'ping' });
      peer.say({ type: 'pong' });
    }
    expect(await peer.hear()).toEqual({ type: 'ping' });
    expect((await server.welcome()).token).toBe('token');
  });
});
