import type { Account } from '../functions/accounts/account-schema.ts';
import type { Session } from '../functions/sessions/session-schema.ts';
import { AccountChangedError } from './account-changed-error.ts';
import { encodeBody } from './body.ts';
import { ProblemError } from './problem-error.ts';
import { rateLimitsOf } from './rate-limits.ts';
import type { RateLimit } from './rate-limits.ts';
import type { Endpoint, InputOf, OutputOf } from './routes.ts';

export interface HttpClientOptions {
  /** `https://kingbus.example`; in a page of the product itself, `location.origin`. */
  origin: string;
  /** Where the refresh token is kept: `cookie` in a page, out of reach of its scripts; else `body`. */
  refreshIn?: 'body' | 'cookie';
  /** A key of POST /v1/me/api-keys, in the place of a log-in: every call is made with it. */
  apiKey?: string;
  /** An earlier client's `refreshToken`, to go on with its session: then call `resume`. */
  refreshToken?: string;
  /** The id of the account whose session it has to be, where that is known before: another account's is refused. */
  account?: string;
  /** `ko` or `en`: the language of problem titles. */
  language?: string;
  /** How long a call may take, in milliseconds. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

interface AnyInput {
  params?: Record<string, string | number | undefined>;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
}

/** An access token this close to its end is replaced before it is used, in milliseconds. */
const margin = 30_000;

/**
 * The HTTP API, typed by its own routes. Keeps its session alive by itself: an access token that ends is replaced, once
 * for all calls that wait. Problems are thrown as `ProblemError`. Standard `fetch`, no dependencies.
 *
 * It belongs to one account, from `logIn` or the first `resume` on. Where its session turns out to be another account's (tabs
 * share a cookie), it ends: that call and all later ones throw `AccountChangedError`, until `logIn`.
 *
 * @example
 * ```ts
 * import { HttpClient } from './client/http.ts';
 * import { ProblemError } from './client/problem-error.ts';
 *
 * const http = new HttpClient({ origin, language: 'en' });
 * const account = await http.logIn({ username, password });
 * console.log(`Hello, ${account.displayName}`);
 * const { items } = await http.call('GET /v1/rooms', { query: { limit: 10 } });
 * for (const { id, unread } of items) console.log(id, unread);
 * try {
 *   await http.call('POST /v1/rooms/{roomId}/messages', { params: { roomId: room }, body: { id: 'm-1', body: '' } });
 * } catch (error) {
 *   if (error instanceof ProblemError) console.log(error.code, error.errors[0]?.pointer);
 * }
 * await http.logOut();
 * ```
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  #access: { token: string; endsAt: number } | undefined;
  #refreshToken: string | undefined;
  #rateLimits: readonly RateLimit[] = [];
  #account: Account | undefined;
  /** The id of the account that this client belongs to, also after its session has ended by itself. */
  #owner: string | undefined;
  #refreshing: Promise<string> | undefined;
  /** Why this client has ended. */
  #accountChange: AccountChangedError | undefined;
  /** Counts log-ins and log-outs: a refresh that was under way meanwhile is of the session before. */
  #generation = 0;
  readonly #sessionEndListeners = new Set<() => void>();
  readonly #accountChangeListeners = new Set<(change: AccountChangedError) => void>();

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#refreshToken = options.refreshToken;
    this.#owner = options.account;
  }

  /** Who is logged in. */
  get account(): Account | undefined {
    return this.#account;
  }

  /** What the newest answer said of what is limited, and how much of it is left. */
  get rateLimits(): readonly RateLimit[] {
    return this.#rateLimits;
  }

  /** To go on with this session elsewhere. Good for one refresh; undefined with `cookie`. */
  get refreshToken(): string | undefined {
    return this.#refreshToken;
  }

  /** Calls `listener` when the session turns out to have ended. Gives what ends that. */
  onSessionEnd(listener: () => void): () => void {
    this.#sessionEndListeners.add(listener);
    return () => void this.#sessionEndListeners.delete(listener);
  }

  /** Calls `listener` when the session turns out to be another account's. Gives what ends that. */
  onAccountChange(listener: (change: AccountChangedError) => void): () => void {
    this.#accountChangeListeners.add(listener);
    return () => void this.#accountChangeListeners.delete(listener);
  }

  /** Begins a session, in place of any other that this client had. */
  async logIn(credentials: { username: string; password: string }, signal?: AbortSignal): Promise<Account> {
    const { refreshIn = 'body' } = this.#options;
    const session = (await this.#answer('POST /v1/sessions', {
      body: { ...credentials, refreshIn },
      ...(signal && { signal }),
    })) as Session;
    this.#forget();
    this.#accountChange = undefined;
    this.#keep(session);
    return session.account;
  }

  /** Goes on with the session of the refresh token or cookie. Gives who it is, or undefined where none is left. */
  async resume(): Promise<Account | undefined> {
    try {
      await this.token({ fresh: true });
    } catch (error) {
      if (saysEnded(error)) return undefined;
      throw error;
    }
    return this.#account;
  }

  /**
   * Ends the session, here at once, and on the server. Rejects where the server could not be asked: then the session goes on
   * there, and `logOut` may be called again. With `cookie` another account's session is not ended (`AccountChangedError`).
   */
  async logOut(): Promise<void> {
    const owner = this.#owner;
    const refreshToken = this.#refreshToken;
    this.#forget();
    this.#owner = undefined;
    if (this.#options.refreshIn === 'cookie') return withLock(() => this.#logOutOfCookie(owner));
    await this.#answer('POST /v1/sessions/log-out', { body: refreshToken === undefined ? {} : { refreshToken } });
  }

  /** An access token that is good for a while yet; with `fresh`, a new one. For the chat: `token: (wanted) => http.token(wanted)`. */
  async token({ fresh = false }: { fresh?: boolean } = {}): Promise<string> {
    if (this.#accountChange) throw this.#accountChange;
    if (this.#options.apiKey !== undefined) return this.#options.apiKey;
    if (!fresh && this.#access && this.#access.endsAt > Date.now() + margin) return this.#access.token;
    if (this.#refreshing) return this.#refreshing;
    const refreshing = this.#refresh();
    this.#refreshing = refreshing;
    const clear = () => {
      if (this.#refreshing === refreshing) this.#refreshing = undefined;
    };
    refreshing.then(clear, clear);
    return refreshing;
  }

  /** Calls a route, as `Authorization: Bearer` where somebody is logged in. Gives the body of the answer. */
  async call<Name extends Endpoint>(
    endpoint: Name,
    ...[input]: object extends InputOf<Name> ? [InputOf<Name>?] : [InputOf<Name>]
  ): Promise<OutputOf<Name>> {
    const values = (input ?? {}) as AnyInput;
    if (this.#accountChange) throw this.#accountChange;
    const { apiKey } = this.#options;
    if (!this.#account) return (await this.#answer(endpoint, values, apiKey)) as OutputOf<Name>;
    const token = await this.token();
    try {
      return (await this.#answer(endpoint, values, token)) as OutputOf<Name>;
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 401) throw error;
      // The clocks may differ, or the signing key was removed: it is tried once more with a new token.
      return (await this.#answer(
        endpoint,
        values,
        await this.token({ fresh: this.#access?.token === token }),
      )) as OutputOf<Name>;
    }
  }

  async #answer(endpoint: Endpoint, input: AnyInput, token?: string): Promise<unknown> {
    const { origin, language, timeoutMs = 30_000, fetch: fetchWith = fetch } = this.#options;
    const [method, path] = endpoint.split(' ') as [string, string];
    const url = new URL(
      path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => encodeURIComponent(String(input.params?.[name]))),
      origin,
    );
    for (const [name, value] of Object.entries(input.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { body, headers } = encodeBody(input.body);
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetchWith(url, {
      method,
      headers: {
        ...(input.headers as Record<string, string> | undefined),
        ...(language !== undefined && { 'Accept-Language': language }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      signal: input.signal ? AbortSignal.any([input.signal, timeout]) : timeout,
    });
    this.#rateLimits = rateLimitsOf(response.headers);
    if (!response.ok) throw await ProblemError.from(response);
    if (response.status === 204) return undefined;
    return response.headers.get('Content-Type')?.startsWith('application/json') ? response.json() : response;
  }

  async #refresh(): Promise<string> {
    const { refreshIn = 'body' } = this.#options;
    if (refreshIn === 'cookie') return withLock(() => this.#trade({}));
    if (this.#refreshToken === undefined) {
      throw new ProblemError({ status: 401, code: 'unauthenticated', title: 'nobody is logged in' });
    }
    return this.#trade({ refreshToken: this.#refreshToken });
  }

  async #trade(body: { refreshToken?: string }): Promise<string> {
    const generation = this.#generation;
    try {
      const session = (await this.#answer('POST /v1/sessions/refresh', { body })) as Session;
      if (generation !== this.#generation) throw outdated();
      this.#expectOwner(this.#owner, session);
      this.#keep(session);
      return session.accessToken;
    } catch (error) {
      if (saysEnded(error) && generation === this.#generation) {
        const wasThere = this.#account !== undefined;
        this.#forget();
        if (wasThere) for (const listener of this.#sessionEndListeners) listener();
      }
      throw error;
    }
  }

  /** Looks first whose the cookie is: by now it may be that of somebody who logged in in another tab. */
  async #logOutOfCookie(owner: string | undefined): Promise<void> {
    try {
      if (owner !== undefined) {
        this.#expectOwner(owner, (await this.#answer('POST /v1/sessions/refresh', { body: {} })) as Session);
      }
      await this.#answer('POST /v1/sessions/log-out', { body: {} });
    } catch (error) {
      // There is no session any more: what was asked for holds.
      if (!(error instanceof ProblemError && error.code === 'session_ended')) throw error;
    }
  }

  #expectOwner(owner: string | undefined, { account }: Session): void {
    if (owner === undefined || owner === account.id) return;
    this.#forget();
    this.#accountChange = new AccountChangedError({ from: owner, to: account.id });
    for (const listener of this.#accountChangeListeners) listener(this.#accountChange);
    throw this.#accountChange;
  }

  #keep({ accessToken, expiresIn, refreshToken, account }: Session): void {
    this.#access = { token: accessToken, endsAt: Date.now() + expiresIn * 1000 };
    this.#refreshToken = refreshToken;
    this.#account = account;
    this.#owner = account.id;
  }

  #forget(): void {
    this.#generation++;
    this.#refreshing = undefined;
    this.#access = undefined;
    this.#refreshToken = undefined;
    this.#account = undefined;
  }
}

const saysEnded = (error: unknown): boolean =>
  error instanceof ProblemError && (error.status === 401 || error.status === 403);

/** What becomes of a refresh that a log-in or a log-out has overtaken. */
const outdated = (): ProblemError =>
  new ProblemError({
    status: 401,
    code: 'unauthenticated',
    title: 'the session of this call is not that of the client',
  });

/**
 * Two tabs share a cookie, which is good for one refresh: the second has to wait for the first one's answer, or its old
 * cookie would end the session of both.
 */
const withLock = <Result>(work: () => Promise<Result>): Promise<Result> =>
  'navigator' in globalThis && 'locks' in navigator ? navigator.locks.request('kingbus.refresh', work) : work();
