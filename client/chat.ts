import type { ChatErrorCode, ServerFrame } from '../functions/chat/frames.ts';
import { ChatError } from './chat-error.ts';
import type { ChatEvents, ChatMessage, ChatOptions, ChatState, Frame, SendOptions } from './chat-types.ts';
import { Cursors } from './cursors.ts';
import type { CursorValues } from './cursors.ts';
import { Emitter } from './emitter.ts';
import { newMessageId } from './message-id.ts';
import { Outbox } from './outbox.ts';
import type { Acknowledgement, OutboxEntry } from './outbox.ts';
import { RecentIds } from './recent-ids.ts';
import { ReconnectingConnection } from './reconnecting-connection.ts';
import { sendEntry } from './send-entry.ts';
import type { MessageOptions } from './send-entry.ts';
import { refusalReasonOf } from './text-rules.ts';

/**
 * A connection to the chat that does not end: it comes back by itself, resumes where it was, sends again what was not
 * acknowledged, and shows every message once and in order. For browsers, and Node 22 or later; no dependencies.
 *
 * It belongs to one account: that of `options.account`, or of its first connection. Where a later token is another account's,
 * it closes with the error `account_changed`, and sends nothing as that account.
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
 * @example Going on where an earlier process or page was: keep `account`, `cursors`, `epoch` and `outbox`, all plain JSON.
 * ```ts
 * import { ChatClient } from './client/chat.ts';
 *
 * const token = async () => accessToken;
 * const first = new ChatClient({ url: `${chatOrigin}/ws`, token });
 * await first.connect();
 * const { account, cursors, epoch, outbox } = first;
 * const kept = JSON.stringify({ account, cursors, epoch, outbox });
 * first.close();
 *
 * const second = new ChatClient({ url: `${chatOrigin}/ws`, token, ...JSON.parse(kept) });
 * second.on('message', ({ seq }) => console.log(`missed, and here it is: ${seq}`));
 * await second.connect();
 * second.close();
 * ```
 */
export class ChatClient extends Emitter<ChatEvents> {
  readonly #connection: ReconnectingConnection;
  readonly #cursors: Cursors;
  readonly #outbox: Outbox;
  readonly #events = new RecentIds();
  #account: string | undefined;
  /** The epoch of the logs to which the cursors belong. */
  #epoch: string | undefined;
  #knowsRooms: boolean;

  constructor(options: ChatOptions) {
    super();
    if (options.account === undefined && (options.outbox?.length ?? 0) > 0) {
      throw new TypeError('an outbox belongs to an account: give `account` too');
    }
    this.#account = options.account;
    this.#cursors = new Cursors(options.cursors);
    this.#epoch = options.epoch;
    this.#knowsRooms = options.cursors !== undefined;
    this.#outbox = new Outbox((entry) => this.#connection.ask(entry), options.outbox);
    this.#connection = new ReconnectingConnection(options, {
      onFrame: (frame) => this.#onFrame(frame),
      onInterruption: () => this.#outbox.interrupt(),
      onState: (state) => this.#onState(state),
    });
  }

  get state(): ChatState {
    return this.#connection.state;
  }

  /** The account that this client belongs to; undefined before the first connection, unless it was given. */
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
    settle(this.state);
    this.#connection.open();
    return promise.finally(() => {
      stop();
      signal?.removeEventListener('abort', abort);
    });
  }

  /**
   * Sends a text, and files of one's own for this room (`POST /v1/files`, purpose `chat`), by their ids; with files the text may be
   * empty. Resolves when the server has it for good; without a connection it waits for one. Rejects with a `ChatError` where the server
   * refuses it. An abort gives it up: one that was under way may have been stored all the same.
   */
  send(room: string, body: string, options: MessageOptions = {}): Promise<Acknowledgement> {
    return this.#add(sendEntry(room, body, options), options.signal);
  }

  /** Changes an own text. */
  edit(
    room: string,
    seq: number,
    body: string,
    { id = newMessageId(), signal }: SendOptions = {},
  ): Promise<Acknowledgement> {
    return this.#add({ type: 'edit', id, room, seq, body }, signal);
  }

  /** Removes an own text. */
  delete(room: string, seq: number, { id = newMessageId(), signal }: SendOptions = {}): Promise<Acknowledgement> {
    return this.#add({ type: 'delete', id, room, seq }, signal);
  }

  /** Marks a room as read up to a message. Gives false, and does nothing, while there is no connection. */
  markRead(room: string, seq: number): boolean {
    return this.#connection.send({ type: 'read', room, seq });
  }

  /** Tells the room that one is typing: call it every few seconds while that is so. */
  typing(room: string): boolean {
    return this.#connection.send({ type: 'typing', room });
  }

  /** Connects now rather than after the pause, or asks whether the connection still stands: when a page is looked at again. */
  wake(): void {
    this.#connection.wake();
  }

  /** Ends the connection. What was not acknowledged is rejected with `closed`, and stays in `outbox`. */
  close(): void {
    this.#connection.close();
  }

  #add(entry: OutboxEntry, signal?: AbortSignal): Promise<Acknowledgement> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (this.state.name === 'closed') return Promise.reject(this.state.error ?? new ChatError('closed'));
    const reason = 'body' in entry && entry.body !== undefined ? refusalReasonOf(entry.body) : undefined;
    if (reason) return Promise.reject(new ChatError('invalid_body', `the text is refused: ${reason}`, { reason }));
    return this.#outbox.add(entry, signal);
  }

  #onState(state: ChatState): void {
    this.emit('state', state);
    if (state.name !== 'closed') return;
    this.#outbox.abandon(state.error ?? new ChatError('closed'));
    if (state.error?.code === 'account_changed' && this.#account !== undefined) {
      this.emit('account_changed', { account: this.#account });
    }
  }

  #onFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case 'ready':
        return this.#onReady(frame);
      case 'renewed':
        return this.#connection.onRenewed(frame.expiresAt);
      case 'ack':
        return this.#onAcknowledgement(frame);
      case 'message':
        return this.#onMessage(frame);
      case 'error':
        return this.#onError(frame);
      case 'bye':
        return this.#connection.onBye(frame.reconnectAfter);
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
        return this.#events.add(frame.id) ? this.emit('event', frame) : undefined;
      case 'pong':
        return;
      default:
        // A frame type that this version does not know.
        frame satisfies never;
    }
  }

  #onReady(frame: Frame<'ready'>): void {
    if (this.#account !== undefined && this.#account !== frame.account) {
      return this.#connection.close(
        new ChatError('account_changed', `the server knows this token as ${frame.account}`),
      );
    }
    this.#account = frame.account;
    this.#connection.onReady(frame.expiresAt);
    if (this.#hasOtherLogs(frame)) {
      this.#cursors.clear();
      this.#knowsRooms = false;
      this.emit('reset', { epoch: frame.epoch });
    }
    this.#epoch = frame.epoch;
    const joined = frame.rooms.filter(({ id }) => !this.#cursors.has(id));
    // A client that knew rooms before was away when these came: it shows them from the beginning.
    for (const { id, head } of joined) this.#cursors.start(id, this.#knowsRooms ? 0 : head);
    for (const rooms of this.#cursors.syncs(frame.rooms, Date.now())) this.#connection.send({ type: 'sync', rooms });
    this.emit('ready', frame);
    if (this.#knowsRooms) for (const { id, head } of joined) this.emit('joined', { room: id, head });
    this.#knowsRooms = true;
    this.#outbox.resume();
    this.#connection.online();
  }

  /** A server never gives a head that is less than what it delivered: a cursor beyond it is of a log that is gone. */
  #hasOtherLogs({ epoch, rooms }: Frame<'ready'>): boolean {
    if (this.#epoch !== undefined && epoch !== this.#epoch) return true;
    return rooms.some(({ id, head }) => (this.#cursors.get(id) ?? 0) > head);
  }

  #onMessage(frame: ChatMessage): void {
    const { room, seq, id, at } = frame;
    switch (this.#cursors.take(room, seq, Date.now())) {
      case 'gap':
        return void this.#connection.send({ type: 'sync', rooms: { [room]: this.#cursors.get(room) ?? 0 } });
      case 'old':
      case 'wait':
        return;
      case 'show':
        // In the log it stands for its acknowledgement, should that have been lost.
        if (frame.from === this.#account) this.#onAcknowledgement({ id, room, seq, at });
        this.emit('message', frame);
    }
  }

  #onAcknowledgement({ id, room, seq, at }: Acknowledgement): void {
    this.#connection.backoff.reset();
    if (this.#outbox.acknowledge({ id, room, seq, at })) this.emit('sent', { id, room, seq, at });
  }

  #onError({ code, id, room, seq, retryAfter, reason }: Frame<'error'>): void {
    const error = new ChatError(code, code, { reason });
    const isTemporary = code === 'unavailable' || code === 'rate_limited';
    const pause = () => (retryAfter === undefined ? this.#connection.backoff.next() : retryAfter * 1000);
    if (id === undefined) {
      if (code === 'not_found' && room !== undefined) this.#cursors.forget(room);
      if (code === 'beyond_head' && room !== undefined && seq !== undefined) {
        this.#cursors.start(room, seq);
        this.emit('room_reset', { room });
      }
      if (isTemporary && room === undefined) this.#connection.after(pause(), () => this.#repeatUnaddressed(code));
      return this.emit('error', error);
    }
    if (isTemporary) return this.#connection.after(pause(), () => this.#outbox.retry(id, room));
    const entry = this.#outbox.refuse(id, room, error);
    if (entry) this.emit('refused', { entry, error });
  }

  /** Sends again what belongs to no room and no message: a token, or where delivery begins. */
  #repeatUnaddressed(code: ChatErrorCode): void {
    this.#connection.renewAgain();
    if (code !== 'rate_limited') return;
    for (const rooms of this.#cursors.frames()) this.#connection.send({ type: 'sync', rooms });
  }
}
