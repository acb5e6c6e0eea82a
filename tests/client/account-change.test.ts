import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AccountChangedError } from '../../client/account-changed-error.ts';
import { ChatClient } from '../../client/chat.ts';
import type { ChatOptions } from '../../client/chat-types.ts';
import { HttpClient } from '../../client/http.ts';
import type { HttpClientOptions } from '../../client/http.ts';
import { ScriptedChat } from '../support/clients/scripted-chat.ts';

/**
 * An API whose sessions are all in one cookie, as those of a browser's tabs are: whoever logged in last is who refreshes.
 * It tells what was asked of it, and as whom.
 */
function sharedCookie() {
  const cookie: { account: string | undefined } = { account: undefined };
  const asked: string[] = [];
  let refused = 0;
  const session = (account: string) =>
    Response.json({ accessToken: account, tokenType: 'Bearer', expiresIn: 600, account: { id: account } });
  const answer = async (url: URL, init: RequestInit): Promise<Response> => {
    const bearer = new Headers(init.headers).get('Authorization')?.replace('Bearer ', '');
    const what = `${init.method} ${url.pathname.replace('/v1', '')}`;
    asked.push(bearer === undefined ? what : `${what} as ${bearer}`);
    switch (what) {
      case 'POST /sessions':
        return session((cookie.account = (JSON.parse(init.body as string) as { username: string }).username));
      case 'POST /sessions/refresh':
        return cookie.account === undefined
          ? Response.json({ code: 'session_ended', title: '' }, { status: 401 })
          : session(cookie.account);
      case 'POST /sessions/log-out':
        cookie.account = undefined;
        return new Response(null, { status: 204 });
      default:
        if (refused-- > 0) return Response.json({ code: 'token_expired', title: '' }, { status: 401 });
        return Response.json({ id: bearer });
    }
  };
  const client = (options: Partial<HttpClientOptions> = {}) =>
    new HttpClient({
      origin: 'http://kingbus.test',
      refreshIn: 'cookie',
      fetch: (url, init) => answer(url as URL, init ?? {}),
      ...options,
    });
  /** A client of somebody's, and another's log-in with the same cookie after it. */
  const overtaken = async (options?: Partial<HttpClientOptions>) => {
    const http = client(options);
    const changed = vi.fn<(change: AccountChangedError) => void>();
    http.onAccountChange(changed);
    await http.logIn({ username: 'minji', password: '' });
    await client().logIn({ username: 'junho', password: '' });
    asked.length = 0;
    return { http, changed };
  };
  return { cookie, asked, answer, client, overtaken, refuse: () => void (refused = 1) };
}

const change = { name: 'AccountChangedError', code: 'account_changed', from: 'minji', to: 'junho' };

describe('an HTTP client whose cookie has become another account’s', () => {
  const api = sharedCookie();

  test.each<[string, (http: HttpClient) => Promise<unknown>]>([
    ['resumes', (http) => http.resume()],
    ['takes a fresh token', (http) => http.token({ fresh: true })],
    [
      'calls with a token that has ended',
      async (http) => {
        vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 590_000);
        return http.call('GET /v1/me').finally(() => vi.restoreAllMocks());
      },
    ],
    [
      'is refused with 401, and tries once more',
      (http) => {
        api.refuse();
        return http.call('GET /v1/me');
      },
    ],
    ['logs out', (http) => http.logOut()],
  ])('ends where it %s', async (_name, act) => {
    const { http, changed } = await api.overtaken();
    await expect(act(http)).rejects.toMatchObject(change);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(http.account).toBeUndefined();
    // Nothing more is asked, neither as the other nor as nobody.
    const before = [...api.asked];
    await expect(http.call('GET /v1/rooms')).rejects.toMatchObject(change);
    await expect(http.token()).rejects.toMatchObject(change);
    await expect(http.resume()).rejects.toMatchObject(change);
    expect(api.asked).toEqual(before);
    expect(before.filter((each) => each.includes('junho') || each.includes('log-out'))).toEqual([]);
    expect(api.cookie.account).toBe('junho');
  });

  test('is somebody’s again after a log-in', async () => {
    const { http } = await api.overtaken();
    await expect(http.resume()).rejects.toThrow(AccountChangedError);
    await http.logIn({ username: 'minji', password: '' });
    expect(await http.call('GET /v1/me')).toEqual({ id: 'minji' });
    expect((await http.resume())?.id).toBe('minji');
  });

  test('remembers whose it was after its session has ended', async () => {
    const { http } = await api.overtaken();
    api.cookie.account = undefined;
    expect(await http.resume()).toBeUndefined();
    api.cookie.account = 'junho';
    await expect(http.resume()).rejects.toMatchObject(change);
  });

  test('goes on only with the session of the account that it was made for', async () => {
    api.cookie.account = 'junho';
    await expect(api.client({ account: 'minji' }).resume()).rejects.toMatchObject(change);
    await expect(api.client({ account: 'minji' }).logOut()).rejects.toMatchObject(change);
    expect(api.cookie.account).toBe('junho');
    expect((await api.client({ account: 'junho' }).resume())?.id).toBe('junho');
  });
});

describe('a refresh that was overtaken', () => {
  test.each<[string, (http: HttpClient) => Promise<unknown>, string | undefined]>([
    ['a log-out', (http) => http.logOut(), undefined],
    ['a log-in', (http) => http.logIn({ username: 'junho', password: '' }), 'junho'],
  ])('by %s brings its session back for nobody', async (_name, act, account) => {
    const api = sharedCookie();
    const answers = Promise.withResolvers<void>();
    let refreshes = 0;
    const http = api.client({
      fetch: async (url, init) => {
        const answer = await api.answer(url as URL, init ?? {});
        // The log-out makes another one.
        if ((url as URL).pathname.endsWith('/refresh') && refreshes++ === 0) await answers.promise;
        return answer;
      },
    });
    await http.logIn({ username: 'minji', password: '' });
    const refreshing = http.token({ fresh: true });
    const acted = act(http);
    await vi.waitFor(() => expect(http.account?.id).toBe(account));
    answers.resolve();
    await expect(refreshing).rejects.toMatchObject({ code: 'unauthenticated' });
    await acted;
    expect(http.account?.id).toBe(account);
  });
});

describe('a log-out', () => {
  test.each<[string, string | undefined]>([
    ['of the session that is in the cookie ends it', 'minji'],
    ['of one that has ended is none', undefined],
  ])('%s', async (_name, account) => {
    const api = sharedCookie();
    const http = api.client();
    await http.logIn({ username: 'minji', password: '' });
    api.cookie.account = account;
    await http.logOut();
    expect(api.cookie.account).toBeUndefined();
    expect(http.account).toBeUndefined();
  });

  test('that the server could not hear rejects, and can be asked for again by another client of the account', async () => {
    const api = sharedCookie();
    const http = api.client();
    await http.logIn({ username: 'minji', password: '' });
    const offline = api.client({ account: 'minji', fetch: () => Promise.reject(new TypeError('fetch failed')) });
    await expect(offline.logOut()).rejects.toThrow('fetch failed');
    expect(api.cookie.account).toBe('minji');
    await api.client({ account: 'minji' }).logOut();
    expect(api.cookie.account).toBeUndefined();
  });
});

describe('a chat client whose token has become another account’s', () => {
  let server: ScriptedChat;
  let chat: ChatClient;
  const entry = { type: 'send', id: 'a', room: 'r', body: '안녕하세요' } as const;

  beforeEach(async () => {
    server = await ScriptedChat.start();
  });

  afterEach(() => {
    chat.close();
    server.stop();
    vi.useRealTimers();
  });

  function client(options: Partial<ChatOptions> = {}) {
    const token = vi.fn<ChatOptions['token']>(async () => 'token');
    chat = new ChatClient({
      url: server.url,
      token,
      reconnect: { fromMs: 5, toMs: 20 },
      ...options,
    } as ChatOptions);
    const changed = vi.fn<(change: { account: string }) => void>();
    chat.on('account_changed', changed);
    const connected = chat.connect();
    connected.catch(() => {});
    return { token, changed, connected };
  }

  /** It has told so, has ended, has kept its outbox, and the other account's connection was told nothing. */
  async function expectEnd(changed: ReturnType<typeof client>['changed'], outbox: unknown[] = []) {
    await vi.waitFor(() => expect(changed).toHaveBeenCalledWith({ account: 'me' }));
    expect(changed).toHaveBeenCalledTimes(1);
    expect(chat.state).toMatchObject({ name: 'closed', error: { code: 'account_changed' } });
    expect(chat.account).toBe('me');
    expect(chat.outbox).toEqual(outbox);
    await expect(chat.send('r', 'more')).rejects.toMatchObject({ code: 'account_changed' });
  }

  const accountChanged = Object.assign(new Error('changed'), { code: 'account_changed' });

  test('ends at a reconnection that the server knows as another’s', async () => {
    const { changed, connected } = client();
    const { peer } = await server.welcome([{ id: 'r', head: 0, read: 0 }]);
    await connected;
    peer.close(1012);
    const sent = chat.send('r', entry.body, { id: entry.id });
    sent.catch(() => {});
    const other = await server.greet([{ id: 'r', head: 0, read: 0 }], { account: 'them' });
    await expectEnd(changed, [entry]);
    await expect(sent).rejects.toMatchObject({ code: 'account_changed' });
    expect(other.unheard).toBe(0);
  });

  test('ends at a reconnection for which there is another’s token only', async () => {
    const { changed, connected, token } = client();
    const { peer } = await server.welcome();
    await connected;
    token.mockRejectedValue(accountChanged);
    peer.close(1012);
    await expectEnd(changed);
  });

  test.each<[string, (token: ReturnType<typeof client>['token']) => void]>([
    ['a token that cannot be had', (token) => void token.mockRejectedValue(accountChanged)],
    ['a token that the server refuses', (token) => void token.mockResolvedValue('theirs')],
  ])('ends at the renewal on a socket: %s', async (_name, prepare) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const { changed, connected, token } = client();
    const { peer } = await server.welcome([], { expiresAt: new Date(Date.now() + 40_000).toISOString() });
    await connected;
    prepare(token);
    await vi.advanceTimersByTimeAsync(30_000);
    if (token.mock.settledResults.at(-1)?.type === 'fulfilled') {
      expect(await peer.hear()).toEqual({ type: 'auth', token: 'theirs' });
      vi.useRealTimers();
      peer.say({ type: 'error', code: 'unauthenticated' });
      peer.close(4401);
      await server.greet([], { account: 'them' });
    }
    await expectEnd(changed);
  });

  test('sends what an earlier client kept as the account that wrote it, and as nobody else', async () => {
    const { changed } = client({ account: 'me', outbox: [entry] });
    const other = await server.greet([{ id: 'r', head: 0, read: 0 }], { account: 'them' });
    await expectEnd(changed, [entry]);
    expect(other.unheard).toBe(0);
    client({ account: 'me', outbox: [entry] });
    const { peer } = await server.welcome([{ id: 'r', head: 0, read: 0 }]);
    expect(await peer.hear()).toEqual(entry);
  });

  test('takes no outbox of nobody', () => {
    const options = { url: server.url, token: async () => 'token', outbox: [entry] };
    expect(() => new ChatClient(options as unknown as ChatOptions)).toThrow(TypeError);
    client();
  });
});
