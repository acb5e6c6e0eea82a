import type { ChatErrorCode, ServerFrame } from '../functions/chat/frames.ts';
import { ChatError } from './chat-error.ts';
import { Connection } from './connection.ts';
import type { OutgoingFrame } from './connection.ts';
import { Cursors } from './cursors.ts';
import type { CursorValues } from './cursors.ts';
import { Emitter } from './emitter.ts';
import { Outbox } from './outbox.ts';
import type { OutboxEntry, Placed } from './outbox.ts';
import { Backoff, nextAfter } from './reconnect.ts';

type Frame<Type extends ServerFrame['type']> = Omit<Extract<ServerFrame, { type: Type }>, 'type'>;
type Passed = 'read' | 'typing' | 'presence' | 'joined';

export type ChatMessage = Frame<'message'>;
export type ChatEvent = Extract<ServerFrame, { type: 'event' }>;

export type ChatState =
  | { name: 'idle' | 'connecting' | 'online' }
  /** Between two attempts; `retryAt` in milliseconds since 1970. */
  | { name: 'offline'; retryAt: number }
  /** For good: by `close()`, or because `error` leaves nothing to try. */
  | { name: 'closed'; error?: ChatError };

export interface ChatEvents extends Record<Passed, unknown> {
  /** Each entry of each room's log, in order, without a gap, once. What an edit or a deletion does to a view is the view's. */
  message: ChatMessage;
  /** A connection stands. `rooms` as the server has them, before what follows after the cursors. */
  ready: Frame<'ready'>;
  /**
   * The server's database was restored to an earlier state: what was shown may be there no longer, under the same sequences
   * other messages are. The cursors are forgotten; read anew what is shown. `ready` follows.
   */
  reset: { epoch: string };
  read: Frame<'read'>;
  typing: Frame<'typing'>;
  presence: Frame<'presence'>;
  joined: Frame<'joined'>;
  event: ChatEvent;
  /** An entry of the outbox was acknowledged, or refused for good. */
  sent: Placed;
  refused: { entry: OutboxEntry; error: ChatError };
  state: ChatState;
  /** What the server complained about that belongs to no entry of the outbox. */
  error: ChatError;
}

export interface ChatOptions {
  /** `wss://…/ws` */
  url: string | URL;
  /**
   * Gives an access token; with `fresh`, one that it has not given before. Rejecting with an error whose `code` is
   * `session_ended`, `unauthenticated` or `account_suspended` ends the chat; any other rejection is tried again.
   */
  token: (wanted: { fresh: boolean }) => Promise<string>;
  /** What an earlier client's `cursors`, `epoch` and `outbox` gave, to go on from there. */
  cursors?: CursorValues;
  epoch?: string | undefined;
  outbox?: readonly OutboxEntry[];
  /** Pauses between attempts, in milliseconds: 500 to 30,000. */
  reconnect?: { fromMs: number; toMs: number };
  /** Silence after which the server is asked whether it is there (45,000), and how long an answer may take (15,000). */
  silenceMs?: number;
  answerMs?: number;
}

/** Before its end by which a token is replaced, in milliseconds; a quarter of its life where that is less. */
const renewalMs = 60_000;
/** Not more often than this, whatever the clocks say. */
const leastRenewalMs = 10_000;
/** After this long a connection counts as good, and pauses begin anew with the next. */
const steadyMs = 5_000;

/**
 * A connection to the chat that does not end: it comes back by itself, resumes where it was, sends again what was not
 * acknowledged, and shows every message once and in order. For browsers, and Node 22 or later; no dependencies.
 *
 * @example
 * ```ts
 * import { ChatClient } from './client/chat.ts';
 * import { HttpClient } from './client/http.ts';
 *
 * const http = new HttpClient({ origin });
 * await http.logIn({ username, password });
 * const chat = new ChatClient({ url: `${chatOrigin}/ws`, token: (wanted) => http.token(wanted) });
 * chat.on('message', ({ room, seq, body }) => console.log(`${room} ${seq}: ${body}`));
 * chat.on('state', ({ name }) => console.log(name));
 * await chat.connect({ signal: AbortSignal.timeout(10_000) });
 * const { seq } = await chat.send(room, '안녕하세요!');
 * chat.markRead(room, seq);
 * chat.close();
 * ```
 *
 * @example Going on where an earlier process or page was: keep `cursors`, `epoch` and `outbox`, all of them plain JSON.
 * ```ts
 * import { ChatClient } from './client/chat.ts';
 *
 * const token = async () => accessToken;
 * const first = new ChatClient({ url: `${chatOrigin}/ws`, token });
 * await first.connect();
 * const { cursors, epoch, outbox } = first;
 * const kept = JSON.stringify({ cursors, epoch, outbox });
 * first.close();
 *
 * const second = new ChatClient({ url: `${chatOrigin}/ws`, token, ...JSON.parse(kept) });
 * second.on('message', ({ seq }) => console.log(`missed, and here it is: ${seq}`));
 * await second.connect();
 * second.close();
 * ```
 */
export class ChatClient extends Emitter<ChatEvents> {
  readonly #options: ChatOptions;
  readonly #backoff: Backoff;
  readonly #cursors: Cursors;
  readonly #outbox: Outbox;
  #state: ChatState = { name: 'idle' };
  #account: string | undefined;
  /** The past of the logs to which the cursors belong. */
  #epoch: string | undefined;
  #knowsRooms: boolean;
  #connection: Connection | undefined;
  #ready = false;
  #needsFresh = false;
  #refusals = 0;
  #reconnectAfter: number | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** A token was presented, and not answered yet. */
  #renewing = false;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  readonly #delays = new Set<ReturnType<typeof setTimeout>>();

  constructor(options: ChatOptions) {
    super();
    this.#options = options;
    this.#backoff = new Backoff(options.reconnect ?? { fromMs: 500, toMs: 30_000 });
    this.#cursors = new Cursors(options.cursors);
    this.#epoch = options.epoch;
    this.#knowsRooms = options.cursors !== undefined;
    this.#outbox = new Outbox((entry) => this.#transmit(entry), options.outbox);
  }

  get state(): ChatState {
    return this.#state;
  }

  /** The account that is connected; undefined before the first connection. */
  get account(): string | undefined {
    return this.#account;
  }

  /** By room: the last sequence that listeners saw. */
  get cursors(): CursorValues {
    return this.#cursors.values;
  }

  /** The epoch that the cursors belong to; undefined before the first connection. */
  get epoch(): string | undefined {
    return this.#epoch;
  }

  /** What is not acknowledged yet, in order. */
  get outbox(): OutboxEntry[] {
    return this.#outbox.entries;
  }

  /** Begins, and resolves with the first connection. An abort closes the client. */
  async connect({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const settle = (state: ChatState) => {
      if (state.name === 'online') resolve();
      if (state.name === 'closed') reject(state.error ?? new ChatError('closed'));
    };
    const abort = () => {
      reject(signal?.reason);
      this.close();
    };
    const stop = this.on('state', settle);
    signal?.addEventListener('abort', abort, { once: true });
    settle(this.#state);
    if (this.#state.name === 'idle') {
      // Workers and pages hear of the network; Node does not.
      if ('addEventListener' in globalThis) globalThis.addEventListener('online', this.#onNetwork);
      void this.#attempt();
    }
    return promise.finally(() => {
      stop();
      signal?.removeEventListener('abort', abort);
    });
  }

  /**
   * Sends a text. Resolves when the server has it for good; without a connection it waits for one. Rejects with a
   * `ChatError` where the server refuses it. An abort gives it up: one that was under way may have been stored all the same.
   */
  send(room: string, body: string, { id = newMessageId(), signal }: SendOptions = {}): Promise<Placed> {
    return this.#add({ type: 'send', id, room, body }, signal);
  }

  /** Changes an own text. */
  edit(room: string, seq: number, body: string, { id = newMessageId(), signal }: SendOptions = {}): Promise<Placed> {
    return this.#add({ type: 'edit', id, room, seq, body }, signal);
  }

  /** Removes an own text. */
  delete(room: string, seq: number, { id = newMessageId(), signal }: SendOptions = {}): Promise<Placed> {
    return this.#add({ type: 'delete', id, room, seq }, signal);
  }

  /** Marks a room as read up to a message. Gives false, and does nothing, while there is no connection. */
  markRead(room: string, seq: number): boolean {
    return this.#say({ type: 'read', room, seq });
  }

  /** Tells the room that one is typing: call it every few seconds while that is so. */
  typing(room: string): boolean {
    return this.#say({ type: 'typing', room });
  }

  /** Connects now rather than after the pause, or asks whether the connection still stands: when a page is looked at again. */
  wake(): void {
    if (this.#ready) this.#connection?.probe();
    else if (this.#state.name === 'offline') void this.#attempt();
  }

  /** Ends the connection. What was not acknowledged is rejected with `closed`, and stays in `outbox`. */
  close(): void {
    this.#stop();
  }

  readonly #onNetwork = (): void => this.wake();

  #add(entry: OutboxEntry, signal?: AbortSignal): Promise<Placed> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (this.#state.name === 'closed') return Promise.reject(this.#state.error ?? new ChatError('closed'));
    if ('body' in entry && (entry.body.trim() === '' || entry.body.length > 4000)) {
      return Promise.reject(new ChatError('malformed', 'a message has 1 to 4,000 characters'));
    }
    return this.#outbox.add(entry, signal);
  }

  #transmit(entry: OutboxEntry): boolean {
    const sent = this.#say(entry);
    if (sent) this.#connection?.expectAnswer();
    return sent;
  }

  #say(frame: OutgoingFrame): boolean {
    return this.#ready && this.#connection?.send(frame) === true;
  }

  async #attempt(): Promise<void> {
    clearTimeout(this.#waiting);
    this.#become({ name: 'connecting' });
    const token = await this.#takeToken(this.#needsFresh);
    if (this.#state.name !== 'connecting') return;
    if (token === undefined) return this.#wait(this.#backoff.next());
    const { url, silenceMs = 45_000, answerMs = 15_000 } = this.#options;
    try {
      const connection: Connection = new Connection(
        url,
        token,
        { silenceMs, answerMs },
        {
          frame: (frame) => this.#hear(frame),
          closed: (code, opened) => this.#lose(connection, code, opened),
        },
      );
      this.#connection = connection;
    } catch (error) {
      // No socket can be made of this address, or this token: trying again would change nothing.
      this.#stop(new ChatError('refused', String(error)));
    }
  }

  /** A token; undefined where there is none now. Where there will be none, the client stops. */
  async #takeToken(fresh: boolean): Promise<string | undefined> {
    const { token, answerMs = 15_000 } = this.#options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, answerMs, undefined);
    });
    try {
      return await Promise.race([token({ fresh }), late]);
    } catch (error) {
      if (saysEnded(error)) this.#stop(new ChatError('session_ended', String(error)));
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  #hear(frame: ServerFrame): void {
    switch (frame.type) {
      case 'ready':
        return this.#begin(frame);
      case 'renewed':
        this.#renewing = false;
        return this.#expectExpiry(frame.expiresAt);
      case 'ack':
        return this.#place(frame);
      case 'message':
        return this.#show(frame);
      case 'error':
        return this.#complain(frame);
      case 'bye':
        this.#reconnectAfter = frame.reconnectAfter;
        return;
      case 'joined':
        if (!this.#cursors.has(frame.room)) this.#cursors.start(frame.room, 0);
        return this.emit('joined', frame);
      case 'read':
        return this.emit('read', frame);
      case 'typing':
        return this.emit('typing', frame);
      case 'presence':
        return this.emit('presence', frame);
      case 'event':
        return this.emit('event', frame);
      case 'pong':
        return;
      default:
        // A type of tomorrow.
        frame satisfies never;
    }
  }

  #begin(frame: Frame<'ready'>): void {
    this.#account = frame.account;
    this.#needsFresh = false;
    this.#ready = true;
    this.#expectExpiry(frame.expiresAt);
    if (this.#isOfAnotherLog(frame)) {
      this.#cursors.clear();
      this.#knowsRooms = false;
      this.emit('reset', { epoch: frame.epoch });
    }
    this.#epoch = frame.epoch;
    const joined = frame.rooms.filter(({ id }) => !this.#cursors.has(id));
    // A client that knew rooms before was away when these came: it shows them from the beginning.
    for (const { id, head } of joined) this.#cursors.start(id, this.#knowsRooms ? 0 : head);
    for (const rooms of this.#cursors.syncs(frame.rooms, Date.now())) this.#say({ type: 'sync', rooms });
    this.emit('ready', frame);
    if (this.#knowsRooms) for (const { id, head } of joined) this.emit('joined', { room: id, head });
    this.#knowsRooms = true;
    this.#outbox.resume();
    this.#after(steadyMs, () => this.#backoff.reset());
    this.#become({ name: 'online' });
  }

  /** A server never gives a head that is less than what it delivered: a cursor beyond it is of a log that is gone. */
  #isOfAnotherLog({ epoch, rooms }: Frame<'ready'>): boolean {
    if (this.#epoch !== undefined && epoch !== this.#epoch) return true;
    return rooms.some(({ id, head }) => (this.#cursors.get(id) ?? 0) > head);
  }

  #show(frame: ChatMessage): void {
    const { room, seq, id, at } = frame;
    switch (this.#cursors.take(room, seq, Date.now())) {
      case 'gap':
        return void this.#say({ type: 'sync', rooms: { [room]: this.#cursors.get(room) ?? 0 } });
      case 'old':
      case 'wait':
        return;
      case 'show':
        // In the log it stands for its acknowledgement, should that have been lost.
        if (frame.from === this.#account) this.#place({ id, room, seq, at });
        this.emit('message', frame);
    }
  }

  #place({ id, room, seq, at }: Placed): void {
    this.#backoff.reset();
    if (this.#outbox.acknowledge({ id, room, seq, at })) this.emit('sent', { id, room, seq, at });
  }

  #complain({ code, id, room, retryAfter }: Frame<'error'>): void {
    const error = new ChatError(code);
    const isPassing = code === 'unavailable' || code === 'rate_limited';
    const pause = () => (retryAfter === undefined ? this.#backoff.next() : retryAfter * 1000);
    if (id === undefined) {
      if (code === 'not_found' && room !== undefined) this.#cursors.forget(room);
      if (isPassing && room === undefined) this.#after(pause(), () => this.#sayAgain(code));
      return this.emit('error', error);
    }
    if (isPassing) return this.#after(pause(), () => this.#outbox.retry(id, room));
    const entry = this.#outbox.refuse(id, room, error);
    if (entry) this.emit('refused', { entry, error });
  }

  /** What is about no room and no message: a token, or where rooms begin. */
  #sayAgain(code: ChatErrorCode): void {
    if (this.#renewing) void this.#renew();
    if (code === 'rate_limited') for (const rooms of this.#cursors.frames()) this.#say({ type: 'sync', rooms });
  }

  /** Takes a new token in time; `at` is by the server's clock. */
  #expectExpiry(at: string): void {
    const left = Date.parse(at) - Date.now();
    this.#renewIn(left - Math.min(renewalMs, left / 4));
  }

  #renewIn(pause: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => void this.#renew(), Math.max(leastRenewalMs, pause));
  }

  async #renew(): Promise<void> {
    const connection = this.#connection;
    const token = await this.#takeToken(true);
    if (connection !== this.#connection || !this.#ready) return;
    if (token === undefined) return this.#renewIn(leastRenewalMs);
    this.#renewing = true;
    connection?.renew(token);
  }

  #lose(connection: Connection, code: number, opened: boolean): void {
    if (connection !== this.#connection) return;
    this.#disconnect();
    // A page is not told why an upgrade was refused. The token may be why; at every second refusal another one is tried.
    this.#refusals = opened ? 0 : this.#refusals + 1;
    if (this.#refusals > 0) this.#needsFresh = this.#refusals % 2 === 0;
    const next = nextAfter(code);
    if (next.do === 'stop') return this.#stop(new ChatError(next.code, `the server closed with ${code}`));
    // A second refusal in a row has to wait like any other failure.
    const atOnce = next.pause === 'none' && !(next.fresh && this.#needsFresh);
    this.#needsFresh ||= next.fresh;
    const kind = next.pause === 'long' ? 'long' : 'growing';
    this.#wait(this.#reconnectAfter ?? (atOnce ? 0 : this.#backoff.next(kind)));
    this.#reconnectAfter = undefined;
  }

  #wait(pause: number): void {
    if (this.#state.name === 'closed') return;
    this.#become({ name: 'offline', retryAt: Date.now() + pause });
    this.#waiting = setTimeout(() => void this.#attempt(), pause);
  }

  #stop(error?: ChatError): void {
    if (this.#state.name === 'closed') return;
    this.#disconnect();
    clearTimeout(this.#waiting);
    if ('removeEventListener' in globalThis) globalThis.removeEventListener('online', this.#onNetwork);
    this.#become({ name: 'closed', ...(error && { error }) });
    this.#outbox.abandon(error ?? new ChatError('closed'));
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#ready = false;
    this.#renewing = false;
    clearTimeout(this.#renewal);
    for (const delay of this.#delays) clearTimeout(delay);
    this.#delays.clear();
    this.#outbox.interrupt();
  }

  #after(pause: number, act: () => void): void {
    const delay = setTimeout(() => {
      this.#delays.delete(delay);
      act();
    }, pause);
    this.#delays.add(delay);
  }

  #become(state: ChatState): void {
    this.#state = state;
    this.emit('state', state);
  }
}

export interface SendOptions {
  /** One's own id of the message, 1 to 64 visible ASCII characters; a random one where none is given. */
  id?: string;
  signal?: AbortSignal;
}

/** 128 random bits. Not `crypto.randomUUID`, which a page without TLS does not have. */
export function newMessageId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const endings = new Set<unknown>(['session_ended', 'unauthenticated', 'account_suspended']);

const saysEnded = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && endings.has(error.code);
