import type { RoomId, SessionId } from '../../schema/ids.ts';
import { isOutage } from '../../db/engine/database-error.ts';
import { isSessionLive } from '../../db/sessions.ts';
import { Problem } from '../http/problems.ts';
import type { ProblemCode } from '../http/problems.ts';
import type { Ports } from '../ports.ts';
import { deleteMessage } from '../rooms/delete-message.ts';
import { editMessage } from '../rooms/edit-message.ts';
import { markRead } from '../rooms/mark-read.ts';
import type { Message } from '../rooms/room-schema.ts';
import { sendMessage } from '../rooms/send-message.ts';
import { verifyAccessToken } from '../identity/access-token.ts';
import type { Principal } from '../identity/principal.ts';
import { toInstant } from '../instant.ts';
import { closeCodes } from './close-codes.ts';
import type { CloseCause } from './close-codes.ts';
import { clientFrame, namesInFrame } from './frames.ts';
import type { ChatErrorCode, ClientFrame, ServerFrame } from './frames.ts';
import type { Hub } from './hub.ts';
import { limits } from './limits.ts';
import type { Place } from './places.ts';
import type { Follower, Outlet, RoomFeed } from './room-feed.ts';
import { encodePassing } from '../events/room-hints.ts';
import type { ChatSocket, Frames } from './socket.ts';
import { roomTopic } from '../events/topics.ts';
import type { AccountHint } from '../events/topics.ts';

/** What of a session outlives the process that holds it, beside its places in its rooms. */
export interface KeptSession {
  principal: Principal;
  synced: boolean;
  openedAt: number;
}

/** Takes a connection on, with the frames that came since its `auth`. */
export type HandOver = (principal: Principal, frames: string[]) => void;

/**
 * One connection, from its opening to its close, on any runtime. Nothing that a client sends makes it throw.
 *
 * `unknown` until a token is there, `attaching` while its rooms are being opened (frames wait), then `ready`.
 */
export class Session implements Outlet {
  readonly followers = new Map<RoomId, { feed: RoomFeed; follower: Follower }>();
  principal: Principal | undefined;
  readonly #ports: Ports;
  readonly #hub: Hub;
  readonly #socket: ChatSocket;
  #state: 'unknown' | 'attaching' | 'ready' | 'closed' = 'unknown';
  readonly #waiting: string[] = [];
  #synced = false;
  /** Rooms that were joined before the connection was ready, or that could not be opened yet. */
  #joins: RoomId[] = [];
  #joinTimer: ReturnType<typeof setTimeout> | undefined;
  /** Sessions of tokens that are being looked at: their end is heard of like that of the connection's own. */
  readonly #presented = new Set<SessionId>();
  #pendingSends = 0;
  /** Set when the connection is to end as soon as nothing is owed. */
  #farewell: (() => void) | undefined;
  #malformed = 0;
  #refused = 0;
  #draining: Promise<void> | undefined;
  #openedAt: number;
  #framesIn = 0;
  #framesOut = 0;
  readonly #handOver: HandOver | undefined;

  /** @param handOver takes the connection on once it is known whose it is, where another process is to hold it */
  constructor(ports: Ports, hub: Hub, socket: ChatSocket, handOver?: HandOver) {
    this.#ports = ports;
    this.#hub = hub;
    this.#socket = socket;
    this.#openedAt = ports.clock.now();
    this.#handOver = handOver;
  }

  get state() {
    return this.#state;
  }

  get accountId() {
    return (this.principal as Principal).accountId;
  }

  /** The socket is open. Without a principal from the upgrade, an `auth` frame has to come in time. */
  open(principal: Principal | undefined): void {
    this.#hub.add(this);
    if (principal) return void this.#attach(principal);
    this.#socket.wakeAt(this.#ports.clock.now() + limits.authenticationMs);
  }

  /** Whether it has asked for nothing for so long that it may be a connection which broke as it was made. */
  get isSilent(): boolean {
    return this.#state === 'ready' && !this.#synced && this.#openedAt < this.#ports.clock.now() - limits.silentMs;
  }

  /** Ends for the sake of another connection of the account. */
  giveWay(): void {
    this.#end('tooManySockets', 'another connection took its place');
  }

  /** What a process that may forget its connections has to keep of this one. */
  get kept(): KeptSession | undefined {
    if (this.principal === undefined || this.#state !== 'ready') return undefined;
    return { principal: this.principal, synced: this.#synced, openedAt: this.#openedAt };
  }

  /** Goes on where the connection stood when its process forgot it. Nothing is sent, and the database is not asked. */
  restore({ principal, synced, openedAt }: KeptSession, places: Iterable<Place>): void {
    this.principal = principal;
    this.#synced = synced;
    this.#openedAt = openedAt;
    this.#state = 'ready';
    this.#hub.restore(this, places, synced);
    this.#expectExpiry(principal);
  }

  /** The time has come that was asked for with `ChatSocket.wakeAt`. */
  due(): void {
    if (this.#state === 'unknown') {
      this.#end('authenticationTimeout', 'no auth frame in time', 'unauthenticated');
    } else if (this.principal) {
      // A clock of another's may be a little early.
      if (this.principal.expiresAt > this.#ports.clock.now()) this.#expectExpiry(this.principal);
      else this.#end('unauthenticated', 'the token has expired', 'token_expired');
    }
  }

  /** A text frame arrived. */
  receive(text: string): void {
    if (this.#state === 'closed' || this.#farewell) return;
    if (this.#state === 'ready') return this.#handle(text);
    if (this.#waiting.length >= limits.waitingFrames) return this.#end('policyViolation', 'too many frames');
    this.#waiting.push(text);
    if (this.#state === 'unknown') this.#authenticateFirst();
  }

  /** A binary frame arrived: the protocol has none. */
  receiveBinary(): void {
    this.#framesIn++;
    this.#reportMalformed();
  }

  /** The socket is closed, or as good as closed. Whoever says so first says why. */
  closed(code: number, cause: CloseCause): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#socket.wakeAt(undefined);
    clearTimeout(this.#joinTimer);
    this.#hub.detach(this);
    this.#ports.metrics.count('chat_closes', { cause });
    const seconds = Math.round((this.#ports.clock.now() - this.#openedAt) / 100) / 10;
    this.#ports.log.info(
      { accountId: this.principal?.accountId, code, cause, seconds, in: this.#framesIn, out: this.#framesOut },
      'a connection closed',
    );
  }

  /**
   * The process is about to stop: takes nothing more, acknowledges what it took, then asks the client to come back after a
   * pause in milliseconds, and closes.
   */
  leave(reconnectAfter: number): void {
    this.#farewell = () => {
      this.#sendFrame({ type: 'bye', reconnectAfter });
      this.#end('restart', 'restarting');
    };
    if (this.#pendingSends === 0) this.#farewell();
  }

  send(text: string): boolean {
    this.#framesOut++;
    return this.#socket.send(text) || !this.congested();
  }

  sendFrames(frames: Frames, count: number): boolean {
    this.#framesOut += count;
    return this.#socket.sendFrames(frames) || !this.congested();
  }

  /** Whether more waits than should. Then something has to leave in time, or the connection does. */
  congested(): boolean {
    const waiting = this.#socket.bufferedBytes();
    if (waiting <= limits.bufferedBytes) return false;
    if (waiting > limits.closeBytes) this.#end('slow', 'too slow: resume');
    else void this.drained();
    return true;
  }

  drained(): Promise<void> {
    return (this.#draining ??= this.#drain());
  }

  async #drain(): Promise<void> {
    const stalled = setTimeout(() => this.#end('slow', 'stalled: resume'), this.#ports.settings.chat.stalledMs);
    await this.#socket.drained();
    clearTimeout(stalled);
    this.#draining = undefined;
  }

  /** A hint of the account's topic. */
  hear(hint: AccountHint): void {
    switch (hint.kind) {
      case 'event':
        if (this.#state === 'ready') this.#sendFrame(hint.frame);
        return;
      case 'joined':
        if (this.#state === 'ready') void this.#join(hint.room);
        else this.#joins.push(hint.room);
        return;
      case 'session_ended':
        if (hint.sessionId === this.principal?.sessionId || this.#presented.has(hint.sessionId)) {
          this.#end('sessionEnded', 'the session has ended');
        }
    }
  }

  /** The first frame has to be `auth`. */
  #authenticateFirst(): void {
    const frame = this.#parse(this.#waiting.shift() as string);
    if (frame?.type !== 'auth') {
      return this.#end('unauthenticated', 'the first frame has to be auth', 'unauthenticated');
    }
    this.#state = 'attaching';
    verifyAccessToken(this.#ports, frame.token).then(
      (principal) => this.#attach(principal),
      (error: unknown) => this.#refuse(error),
    );
  }

  async #attach(principal: Principal): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'attaching';
    if (this.#handOver) return this.#giveTo(this.#handOver, principal);
    this.principal = principal;
    this.#socket.wakeAt(undefined);
    try {
      if (this.#hub.isFull(principal.accountId) && !this.#hub.makeRoom(principal.accountId)) {
        return this.#end('tooManySockets', 'too many connections', 'too_many_connections');
      }
      const rooms = await this.#hub.attach(this, principal);
      if (rooms === undefined) this.#end('sessionEnded', 'the session has ended', 'unauthenticated');
      // The socket may have closed meanwhile, after the hub let go of it: let go again of what was opened since.
      if (rooms === undefined || this.#isClosed()) return this.#hub.detach(this);
      this.#expectExpiry(principal);
      this.#state = 'ready';
      this.#sendFrame({
        type: 'ready',
        account: principal.accountId,
        expiresAt: toInstant(principal.expiresAt),
        rooms,
      });
      this.#hub.keeper?.changed(this);
    } catch (error) {
      this.#ports.log.warn({ err: error }, 'a connection could not be attached');
      return this.#end('tryAgainLater', 'try again later', 'unavailable');
    }
    this.#joinWaiting();
    for (const text of this.#waiting.splice(0)) this.receive(text);
  }

  /** From here on the connection is someone else's. */
  #giveTo(handOver: HandOver, principal: Principal): void {
    this.#state = 'closed';
    this.#socket.wakeAt(undefined);
    this.#hub.detach(this);
    handOver(principal, this.#waiting.splice(0));
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #handle(text: string): void {
    const frame = this.#parse(text);
    if (frame === undefined || this.#isTooFast(frame)) return;
    switch (frame.type) {
      case 'auth':
        return void this.#renew(frame.token);
      case 'send':
        return void this.#append(frame, (principal) => sendMessage(this.#ports, principal, frame));
      case 'edit':
        return void this.#append(frame, (principal) => editMessage(this.#ports, principal, frame));
      case 'delete':
        return void this.#append(frame, (principal) => deleteMessage(this.#ports, principal, frame));
      case 'read':
        return void this.#markRead(frame);
      case 'typing':
        return this.#showTyping(frame.room);
      case 'sync':
        return this.#sync(frame.rooms);
      case 'ping':
        return this.#sendFrame({ type: 'pong' });
    }
  }

  /** Says when the client may send the frame again, where it comes too fast. */
  #isTooFast(frame: ClientFrame): boolean {
    const { id, room } = { id: undefined, room: undefined, ...frame };
    const wait = this.#hub.pace.take(this.accountId, room, this.#ports.clock.now());
    if (wait === 0) return false;
    const retryAfter = Math.ceil(wait / 1000);
    this.#sendError('rate_limited', { id, room, retryAfter });
    if (++this.#refused >= limits.refusedFrames) this.#end('policyViolation', 'too many frames');
    return true;
  }

  #parse(text: string): ClientFrame | undefined {
    this.#framesIn++;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#reportMalformed();
      return undefined;
    }
    const result = clientFrame.safeParse(value);
    if (result.success) {
      this.#ports.metrics.count('chat_frames_received', { type: result.data.type });
      return result.data;
    }
    this.#reportMalformed(value);
    return undefined;
  }

  /** Says what was wrong, with the client's id and room where they are, so that a refused message is known to be refused. */
  #reportMalformed(value?: unknown): void {
    this.#ports.metrics.count('chat_frames_received', { type: 'malformed' });
    this.#sendError('malformed', namesInFrame.parse(value));
    if (++this.#malformed >= limits.malformedFrames) this.#end('policyViolation', 'too many malformed frames');
  }

  /** A new token for the same account, before the old one ends: it has to pass what a token passes at the upgrade. */
  async #renew(token: string): Promise<void> {
    try {
      const principal = await verifyAccessToken(this.#ports, token);
      if (principal.accountId !== this.accountId) throw new Problem('unauthenticated');
      if (!(await this.#isLive(principal))) {
        return this.#end('sessionEnded', 'the session has ended', 'unauthenticated');
      }
      if (this.#isClosed()) return;
      this.principal = principal;
      this.#expectExpiry(principal);
      this.#sendFrame({ type: 'renewed', expiresAt: toInstant(principal.expiresAt) });
      this.#hub.keeper?.changed(this);
    } catch (error) {
      if (this.#isClosed()) return;
      if (error instanceof Problem) return this.#refuse(error);
      // Nothing is said against the token: the old one holds until its end, and the client may ask again.
      this.#sendError(this.#codeOf(error));
    }
  }

  async #isLive({ sessionId }: Principal): Promise<boolean> {
    this.#presented.add(sessionId);
    try {
      return await isSessionLive(this.#ports.db, sessionId);
    } finally {
      this.#presented.delete(sessionId);
    }
  }

  /** Whatever adds to a room's log is acknowledged, or refused, with the client's id. */
  async #append(
    { id, room }: { id: string; room: RoomId },
    add: (principal: Principal) => Promise<{ message: Message }>,
  ): Promise<void> {
    if (this.#pendingSends >= limits.pendingSends) return this.#sendError('rate_limited', { id, room, retryAfter: 1 });
    this.#pendingSends++;
    try {
      const { message } = await add(this.principal as Principal);
      this.#sendFrame({ type: 'ack', id, room, seq: message.seq, at: message.at });
    } catch (error) {
      this.#sendError(this.#codeOf(error), { id, room });
    } finally {
      if (--this.#pendingSends === 0) this.#farewell?.();
    }
  }

  async #markRead({ room, seq }: Extract<ClientFrame, { type: 'read' }>): Promise<void> {
    try {
      await markRead(this.#ports, this.principal as Principal, { room, seq });
    } catch (error) {
      this.#sendError(this.#codeOf(error), { room });
    }
  }

  #showTyping(room: RoomId): void {
    if (!this.followers.has(room)) return this.#sendError('not_found', { room });
    if (!this.#hub.pace.isNewTyping(this.accountId, room, this.#ports.clock.now())) return;
    const frame = { type: 'typing', room, account: this.accountId } as const;
    void this.#ports.bus.publish(roomTopic(room), encodePassing(frame, this.accountId));
  }

  /** Delivery begins, or begins anew at the named places. With the first `sync`, rooms not named go on from their heads. */
  #sync(rooms: Record<string, number>): void {
    for (const room of Object.keys(rooms)) {
      if (!this.followers.has(room as RoomId)) this.#sendError('not_found', { room: room as RoomId });
    }
    for (const [room, { feed, follower }] of this.followers) {
      const cursor = rooms[room];
      if (cursor !== undefined) feed.resume(follower, cursor);
      else if (!this.#synced) feed.resume(follower, follower.next - 1);
    }
    this.#synced = true;
    this.#hub.keeper?.changed(this);
  }

  /** A room that the account belongs to from now on: a client that has synced gets it from its beginning. */
  async #join(room: RoomId): Promise<void> {
    try {
      const head = await this.#hub.join(this, room);
      const followed = this.followers.get(room);
      if (head === undefined || followed === undefined) return;
      this.#sendFrame({ type: 'joined', room, head });
      if (this.#synced) followed.feed.resume(followed.follower, 0);
      else this.#startAt(room, followed.follower, 1);
    } catch (error) {
      if (this.#isClosed()) return;
      this.#ports.log.warn({ err: error, room }, 'a room could not be joined yet');
      this.#joins.push(room);
      this.#joinTimer ??= setTimeout(() => this.#joinWaiting(), limits.retryMs);
    }
  }

  #joinWaiting(): void {
    clearTimeout(this.#joinTimer);
    this.#joinTimer = undefined;
    for (const room of this.#joins.splice(0)) void this.#join(room);
  }

  /** Where delivery of a room begins, once the client asks for it. */
  #startAt(room: RoomId, follower: Follower, next: number): void {
    follower.next = next;
    this.#hub.keeper?.moved(room);
  }

  /** Tokens end; the connection ends with them, unless a new one came in time. */
  #expectExpiry({ expiresAt }: Principal): void {
    this.#socket.wakeAt(expiresAt);
  }

  #refuse(error: unknown): void {
    this.#end('unauthenticated', 'the token is not valid', this.#codeOf(error));
  }

  #codeOf(error: unknown): ChatErrorCode {
    const code = error instanceof Problem ? chatCodes[error.code] : undefined;
    if (code !== undefined) return code;
    if (isOutage(error)) this.#ports.log.warn({ err: error }, 'the database did not answer');
    else this.#ports.log.error({ err: error }, 'a frame failed');
    return 'unavailable';
  }

  #sendError(
    code: ChatErrorCode,
    about: { id?: string | undefined; room?: RoomId | undefined; retryAfter?: number } = {},
  ): void {
    this.#ports.metrics.count('chat_errors', { code });
    this.#sendFrame({ type: 'error', code, ...about });
  }

  #sendFrame(frame: ServerFrame): void {
    if (this.#state === 'closed') return;
    this.#ports.metrics.count('chat_frames_sent', { type: frame.type });
    this.send(JSON.stringify(frame));
  }

  /** Says why, where a code does, and closes. */
  #end(cause: keyof typeof closeCodes, reason: string, error?: ChatErrorCode): void {
    if (this.#state === 'closed') return;
    if (error) this.#sendError(error);
    const code = closeCodes[cause];
    this.#socket.close(code, reason);
    this.closed(code, cause);
  }
}

const chatCodes: Partial<Record<ProblemCode, ChatErrorCode>> = {
  unauthenticated: 'unauthenticated',
  token_expired: 'token_expired',
  not_found: 'not_found',
  message_conflict: 'conflict',
  message_not_changeable: 'not_changeable',
  unavailable: 'unavailable',
};
