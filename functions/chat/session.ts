import type { LogEpoch, RoomId } from '../../schema/ids.ts';
import type { AccountHint } from '../events/topics.ts';
import { Problem } from '../http/problems.ts';
import type { Principal } from '../identity/principal.ts';
import { toInstant } from '../instant.ts';
import type { Ports } from '../ports.ts';
import { closeCodes } from './close-codes.ts';
import type { CloseCause } from './close-codes.ts';
import type { Connection, ConnectionState, RoomSubscription } from './connection.ts';
import { codeOf } from './error-codes.ts';
import type { ChatErrorCode } from './frames.ts';
import type { Hub } from './hub.ts';
import { Inbound } from './inbound.ts';
import type { InboundPorts } from './inbound.ts';
import { Joins } from './joins.ts';
import { limits } from './limits.ts';
import { Outbound } from './outbound.ts';
import { principalOfFrame } from './principal-of-frame.ts';
import { Renewal } from './renewal.ts';
import type { RoomCursor } from './room-cursor.ts';
import type { ChatSocket } from './socket.ts';

export type SessionPorts = InboundPorts & Pick<Ports, 'keys' | 'settings'>;

/** What of a session outlives the process that holds it, beside its cursors in its rooms. */
export interface SessionSnapshot {
  principal: Principal;
  epoch: LogEpoch;
  synced: boolean;
  openedAt: number;
}

export interface SessionOptions {
  /** Where another process is to hold it: takes it on once it is known whose it is, with the frames that came since. */
  handOver?: (principal: Principal, frames: string[]) => void;
  /** Told when the snapshot has changed: where a process may forget its connections. */
  onChange?: () => void;
}

/** One connection, from its opening to its close, on any runtime. Nothing that a client sends makes it throw. */
export class Session implements Connection {
  readonly subscriptions = new Map<RoomId, RoomSubscription>();
  readonly #ports: SessionPorts;
  readonly #hub: Hub;
  readonly #socket: ChatSocket;
  readonly #options: SessionOptions;
  readonly #inbound: Inbound;
  readonly #outbound: Outbound;
  readonly #joins: Joins;
  readonly #renewal: Renewal;
  #principal: Principal | undefined;
  /** The past of the logs that the client was told of. */
  #epoch: LogEpoch | undefined;
  #state: ConnectionState = 'unknown';
  /** Frames that came before the connection was ready. */
  readonly #waiting: string[] = [];
  #synced = false;
  /** The process stops: nothing more is taken. */
  #isDraining = false;
  #openedAt: number;

  constructor(ports: SessionPorts, hub: Hub, socket: ChatSocket, options: SessionOptions = {}) {
    this.#ports = ports;
    this.#hub = hub;
    this.#socket = socket;
    this.#options = options;
    this.#openedAt = ports.clock.now();
    this.#joins = new Joins(ports.log, (room) => this.#join(room));
    this.#renewal = new Renewal(ports);
    this.#outbound = new Outbound(ports, socket, (reason) => this.end('slow', reason));
    this.#inbound = new Inbound(ports, hub.pace, this.#outbound, {
      renew: (token) => void this.#renew(token),
      sync: (rooms) => this.#sync(rooms),
      isSubscribed: (room) => this.subscriptions.has(room),
      refuse: (reason) => this.end('policyViolation', reason),
      shutOut: () => this.end('sessionEnded', 'the session has ended'),
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get principal(): Principal | undefined {
    return this.#principal;
  }

  get sink(): Outbound {
    return this.#outbound;
  }

  get isIdle(): boolean {
    return this.#state === 'ready' && !this.#synced && this.#openedAt < this.#ports.clock.now() - limits.idleMs;
  }

  /** What a process that may forget its connections has to keep of this one; undefined while there is nothing to go on from. */
  get snapshot(): SessionSnapshot | undefined {
    if (this.#principal === undefined || this.#epoch === undefined || this.#state !== 'ready') return undefined;
    return { principal: this.#principal, epoch: this.#epoch, synced: this.#synced, openedAt: this.#openedAt };
  }

  /** The socket is open. Without a principal from the upgrade, an `auth` frame has to come in time. */
  open(principal: Principal | undefined): void {
    this.#hub.add(this);
    if (principal) return void this.#attach(principal);
    this.#socket.wakeAt(this.#ports.clock.now() + limits.authenticationMs);
  }

  /** Goes on where the connection stood when its process forgot it. Nothing is sent, and the database is not asked. */
  restore({ principal, epoch, synced, openedAt }: SessionSnapshot, cursors: Iterable<RoomCursor>): void {
    this.#own(principal);
    this.#epoch = epoch;
    this.#synced = synced;
    this.#openedAt = openedAt;
    this.#state = 'ready';
    this.#hub.restore(this, { accountId: principal.accountId, epoch, synced }, cursors);
    this.#joins.start();
  }

  /** A text frame arrived. */
  receive(text: string): void {
    if (this.#state === 'closed' || this.#isDraining) return;
    if (this.#state === 'ready' && this.#principal) return this.#inbound.receive(text, this.#principal);
    if (this.#waiting.length >= limits.waitingFrames) return this.end('policyViolation', 'too many frames');
    this.#waiting.push(text);
    if (this.#state === 'unknown') this.#authenticateFirst();
  }

  /** A binary frame arrived. */
  receiveBinary(): void {
    this.#inbound.receiveBinary();
  }

  /** The time has come that was asked for with `ChatSocket.wakeAt`. */
  due(): void {
    if (this.#state === 'unknown') {
      this.end('authenticationTimeout', 'no auth frame in time', 'unauthenticated');
    } else if (this.#principal) {
      // A clock of another's may be a little early.
      if (this.#principal.expiresAt > this.#ports.clock.now()) this.#own(this.#principal);
      else this.end('unauthenticated', 'the token has expired', 'token_expired');
    }
  }

  onHint(hint: AccountHint): void {
    switch (hint.kind) {
      case 'event':
        if (this.#state === 'ready') this.#outbound.sendFrame(hint.frame);
        return;
      case 'joined':
        return this.#joins.add(hint.room);
      case 'account_shut':
        return this.end('sessionEnded', 'the session has ended');
      case 'session_ended':
        if (hint.sessionId === this.#principal?.sessionId || this.#renewal.isChecking(hint.sessionId)) {
          this.end('sessionEnded', 'the session has ended');
        }
    }
  }

  /**
   * The process is about to stop: takes nothing more, acknowledges what it took, then asks the client to come back after a
   * pause in milliseconds, and closes.
   */
  drain(reconnectAfter: number): void {
    this.#isDraining = true;
    this.#inbound.whenDrained(() => {
      this.#outbound.sendFrame({ type: 'bye', reconnectAfter });
      this.end('restart', 'restarting');
    });
  }

  /** Closes the socket, after an error frame where one is given. */
  end(cause: keyof typeof closeCodes, reason: string, error?: ChatErrorCode): void {
    if (this.#state === 'closed') return;
    if (error) this.#outbound.sendError(error);
    this.#socket.close(closeCodes[cause], reason);
    this.closed(closeCodes[cause], cause);
  }

  /** The socket is closed, or as good as closed. The first call gives the cause that is logged. */
  closed(code: number, cause: CloseCause): void {
    if (this.#state === 'closed') return;
    this.#release();
    this.#ports.metrics.count('chat_closes', { cause });
    const accountId = this.#principal?.accountId;
    const seconds = Math.round((this.#ports.clock.now() - this.#openedAt) / 100) / 10;
    const frames = { in: this.#inbound.count, out: this.#outbound.count };
    this.#ports.log.info({ accountId, code, cause, seconds, ...frames }, 'a connection closed');
  }

  #authenticateFirst(): void {
    const frame = this.#inbound.parse(this.#waiting.shift() as string);
    const isAuth = frame?.type === 'auth';
    if (!isAuth) return this.end('unauthenticated', 'the first frame has to be auth', 'unauthenticated');
    this.#state = 'attaching';
    principalOfFrame(this.#ports, frame.token).then(
      (principal) => this.#attach(principal),
      (error: unknown) => this.#refuse(error),
    );
  }

  async #attach(principal: Principal): Promise<void> {
    if (this.#isClosed()) return;
    this.#state = 'attaching';
    const { handOver } = this.#options;
    if (handOver) {
      // From here on the connection is someone else's.
      this.#release();
      return handOver(principal, this.#waiting.splice(0));
    }
    this.#own(principal);
    try {
      if (this.#hub.isFull(principal.accountId) && !this.#hub.evictIdle(principal.accountId)) {
        return this.end('tooManySockets', 'too many connections', 'too_many_connections');
      }
      const attached = await this.#hub.attach(this, principal);
      if (attached === undefined) this.end('sessionEnded', 'the session has ended', 'unauthenticated');
      // The socket may have closed meanwhile, after the hub let go of it: let go again of what was opened since.
      if (attached === undefined || this.#isClosed()) return this.#hub.detach(this);
      this.#state = 'ready';
      this.#epoch = attached.epoch;
      const expiresAt = toInstant(principal.expiresAt);
      this.#outbound.sendFrame({ type: 'ready', account: principal.accountId, expiresAt, ...attached });
      this.#options.onChange?.();
    } catch (error) {
      this.#ports.log.warn({ err: error }, 'a connection could not be attached');
      return this.end('tryAgainLater', 'try again later', 'unavailable');
    }
    this.#joins.start();
    for (const text of this.#waiting.splice(0)) this.receive(text);
  }

  /** A new token for the same account, before the old one ends. */
  async #renew(token: string): Promise<void> {
    try {
      const principal = await this.#renewal.check(token, this.#principal?.accountId);
      if (this.#isClosed()) return;
      if (principal === undefined) return this.end('sessionEnded', 'the session has ended', 'unauthenticated');
      this.#own(principal);
      this.#outbound.sendFrame({ type: 'renewed', expiresAt: toInstant(principal.expiresAt) });
      this.#options.onChange?.();
    } catch (error) {
      if (this.#isClosed()) return;
      if (error instanceof Problem) return this.#refuse(error);
      // Nothing is said against the token: the old one holds until its end, and the client may ask again.
      this.#outbound.sendError(codeOf(error, this.#ports.log));
    }
  }

  /** Delivery begins, or begins anew at the named cursors. With the first `sync`, rooms not named go on from their heads. */
  #sync(rooms: Record<string, number>): void {
    for (const room of Object.keys(rooms) as RoomId[]) {
      if (!this.subscriptions.has(room)) this.#outbound.sendError('not_found', { room });
    }
    for (const [room, { feed, subscriber }] of this.subscriptions) {
      const cursor = rooms[room];
      if (cursor !== undefined) feed.resume(subscriber, cursor);
      else if (!this.#synced) feed.resume(subscriber, subscriber.next - 1);
    }
    this.#synced = true;
    this.#options.onChange?.();
  }

  /** A room that the account belongs to from now on: a client that has synced gets it from its beginning. */
  async #join(room: RoomId): Promise<void> {
    const head = await this.#hub.join(this, room);
    const subscription = this.subscriptions.get(room);
    if (head === undefined || subscription === undefined) return;
    this.#outbound.sendFrame({ type: 'joined', room, head });
    const { feed, subscriber } = subscription;
    if (this.#synced) feed.resume(subscriber, 0);
    else feed.startAt(subscriber, 1);
  }

  /** Tokens end; the connection ends with them, unless a new one comes in time. */
  #own(principal: Principal): void {
    this.#principal = principal;
    this.#outbound.accountId = principal.accountId;
    this.#socket.wakeAt(principal.expiresAt);
  }

  #refuse(error: unknown): void {
    const code = error instanceof Problem && error.code;
    if (code === 'account_suspended') return this.end('sessionEnded', 'the session has ended', 'unauthenticated');
    this.end('unauthenticated', 'the token is not valid', codeOf(error, this.#ports.log));
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #release(): void {
    this.#state = 'closed';
    this.#outbound.close();
    this.#socket.wakeAt(undefined);
    this.#joins.stop();
    this.#hub.detach(this);
  }
}
