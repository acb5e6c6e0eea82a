import { DurableObject } from 'cloudflare:workers';
import { causeOfPeer } from '../../functions/chat/close-codes.ts';
import { createDelivery } from '../../functions/changes/delivery.ts';
import { Hub } from '../../functions/chat/hub.ts';
import { heartbeat } from '../../functions/chat/frames.ts';
import { jittered } from '../../functions/chat/jittered.ts';
import { Session } from '../../functions/chat/session.ts';
import type { EncodeFrames } from '../../functions/chat/socket.ts';
import { subprotocol } from '../../functions/chat/upgrade.ts';
import { toInstant } from '../../functions/instant.ts';
import { logWith } from '../../functions/log-with.ts';
import type { Bus, Ports, Subscription } from '../../functions/ports.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { createMemoryBus } from '../memory/bus.ts';
import { createEdgeBus } from './bus.ts';
import { connectForObject } from './database.ts';
import { clearAttachment, readAttachment } from './attachment.ts';
import type { Attachment } from './attachment.ts';
import { endAs } from './end-as.ts';
import { isTooLong } from './frame-length.ts';
import { HibernatingSocket } from './hibernating-socket.ts';
import { readUpgrade } from './inbox-upgrade.ts';
import { isolateOf } from './isolate.ts';
import { createRoomLog } from './message-log.ts';
import type { InboxCalls, Parcel } from './objects.ts';
import { createOutward } from './outward.ts';
import type { Outward } from './outward.ts';
import { PlaceBook } from './place-book.ts';
import type { Shelf } from './place-book.ts';

/** One open socket. */
interface Held {
  readonly session: Session;
  readonly book: PlaceBook;
  readonly names: Pick<Attachment, 'connectionId' | 'requestId'>;
  wakeAt: number | undefined;
}

/** How long after its last connection an account is still said to have been seen, in milliseconds. */
const seenMs = 30 * 24 * 3600 * 1000;

/**
 * The sockets of one account, named by its id. It sleeps while nothing happens, and its sockets stay open; what it must not
 * forget is in their attachments. The chat itself is the same as on Node: functions/chat.
 */
export class Inbox extends DurableObject<Env> implements InboxCalls {
  readonly #held = new Map<WebSocket, Held>();
  readonly #heldOf = new Map<Session, [WebSocket, Held]>();
  #local!: Bus;
  readonly #changed = new Set<Session>();
  readonly #moved = new Set<RoomId>();
  #saving = false;
  /** No caller reaches a property of an object; tests do. */
  ports!: Ports;
  #hub!: Hub;
  #sweepMs = 0;
  /** When rooms are compared next; kept with the sockets. */
  #sweepAt = 0;
  #outward: Outward | undefined;
  /** What the hub listens to: the bridge has to know it, and is told all of it again with each sweep. */
  readonly #topics = new Set<string>();
  #attended: AccountId | undefined;
  #asking: Promise<void> | undefined;
  #restoring = false;
  #alarmAt: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(heartbeat.ping, heartbeat.pong));
    void ctx.blockConcurrencyWhile(() => this.#wake());
  }

  /** The upgrade, as adapters/edge/chat.ts hands it on. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = readUpgrade(request);
    if (upgrade === undefined) return new Response(null, { status: 400 });
    const { admitted, requestId, speaks } = upgrade;
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.ctx.acceptWebSocket(ours);
    if (this.#held.size === 0) this.#expectSweep(this.ports.clock.now());
    const names = { connectionId: this.ports.newId<string>(), requestId };
    const { session } = this.#hold(ours, names, new PlaceBook(this.#shelfOf(names.connectionId)));
    session.open(admitted);
    return new Response(null, {
      status: 101,
      webSocket: theirs,
      headers: speaks ? { 'Sec-WebSocket-Protocol': subprotocol } : {},
    });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const session = this.#heldBy(socket)?.session;
    if (session === undefined) return;
    if (isTooLong(message)) {
      clearAttachment(socket);
      endAs(socket, 1009, 'the frame is too large');
      return session.closed(1009, 'protocol');
    }
    if (typeof message !== 'string') return session.receiveBinary();
    session.receive(message);
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    this.#release(socket, code);
    // The peer waits for this answer; the platform gives it by itself only when the object falls asleep.
    endAs(socket, code, reason);
  }

  override webSocketError(socket: WebSocket): void {
    this.#release(socket, 1006);
  }

  /** Hints of the account's topic and of its rooms', in the order of their publication. False where nobody is here to hear. */
  hear(parcels: Parcel[]): boolean {
    if (this.#held.size === 0) return false;
    for (const [topic, payload] of parcels) void this.#local.publish(topic, payload);
    return true;
  }

  /** Whether the account is connected here, and when its last connection closed. */
  presence(): { online: boolean; lastSeenAt: string | null } {
    const online = [...this.#heldOf.keys()].some(({ state }) => state === 'ready');
    const seen = this.ctx.storage.kv.get<string>('lastSeenAt');
    const lastSeenAt = seen !== undefined && Date.parse(seen) > Date.now() - seenMs ? seen : null;
    return { online, lastSeenAt };
  }

  /** Ends what has expired, and compares the rooms with MariaDB where that is due: finds what no hint told. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    const now = this.ports.clock.now();
    for (const { session, wakeAt } of this.#held.values()) if (wakeAt !== undefined && wakeAt <= now) session.due();
    if (this.#accountId() === undefined) return this.#clearShelf();
    // A little early is as good: one alarm for a token's end and a sweep that is nearly due.
    const isDue = now >= this.#sweepAt - this.#sweepMs / 4;
    if (isDue) this.#expectSweep(now);
    this.#schedule(this.#sweepAt);
    for (const { wakeAt } of this.#held.values()) if (wakeAt !== undefined) this.#schedule(wakeAt);
    if (!isDue) return;
    this.#clearShelf();
    await this.catchUp();
  }

  /** Compares all rooms with MariaDB: hints may have been lost. False where nobody is here to miss one. */
  async catchUp(): Promise<boolean> {
    if (this.#heldOf.size === 0) return false;
    await Promise.all([this.#hub.sweeper.catchUp(), this.#outward && this.#askBridge(this.#outward)]);
    return true;
  }

  async #wake(): Promise<void> {
    const isolate = await isolateOf(this.env);
    const { env } = this;
    const { clock, log } = isolate.ports;
    this.#local = createMemoryBus(log);
    const db = connectForObject(isolate.databaseUrl, 2);
    const outward = createOutward(isolate);
    const self = { accountId: () => this.#accountId(), hear: (parcels: Parcel[]) => void this.hear(parcels) };
    const { bus } = createEdgeBus({ inboxes: env.INBOX, db, log, outward, self });
    this.#sweepMs = isolate.sweepMs;
    this.#outward = outward;
    const messages = createRoomLog({ rooms: env.ROOM, db, log, isMember: (roomId) => this.#follows(roomId) });
    this.ports = {
      ...isolate.ports,
      db,
      bus: { ...bus, subscribe: (topic, receive) => this.#subscribe(topic, receive) },
      messages,
      delivery: createDelivery({ db, bus, messages, log }),
      presence: {
        keep: () => Promise.resolve(),
        leave: () => {
          this.ctx.storage.kv.put('lastSeenAt', toInstant(clock.now()));
          return this.#leaveBridge();
        },
        of: () => Promise.reject(new Error('an inbox knows of itself alone')),
      },
    };
    this.#hub = new Hub(this.ports, shareTexts, (roomId) => {
      this.#moved.add(roomId);
      this.#saveSoon();
    });
    this.#alarmAt = await this.ctx.storage.getAlarm();
    this.#restoring = true;
    for (const socket of this.ctx.getWebSockets()) this.#restore(socket);
    this.#restoring = false;
    if (outward) this.#attended = this.#accountId();
  }

  /** Hints come by `hear`. What is published on Node, the bridge is asked to pass on. */
  async #subscribe(topic: string, receive: (payload: string) => void): Promise<Subscription> {
    const asks = this.#outward !== undefined && !this.#restoring;
    this.#topics.add(topic);
    const subscription = await this.#local.subscribe(topic, receive);
    if (asks && this.#outward) await (this.#asking ??= this.#askBridge(this.#outward));
    return {
      unsubscribe: () => {
        this.#topics.delete(topic);
        // Without having been ready nobody has left by `presence`.
        if (this.#topics.size === 0) void this.#leaveBridge();
        return subscription.unsubscribe();
      },
    };
  }

  /** One call for all topics of a turn. */
  async #askBridge(outward: Outward): Promise<void> {
    await Promise.resolve();
    this.#asking = undefined;
    const accountId = this.#accountId();
    if (accountId === undefined || this.#topics.size === 0) return;
    this.#attended = accountId;
    await outward.attend(accountId, [...this.#topics]);
  }

  async #leaveBridge(): Promise<{ elsewhere: boolean }> {
    const accountId = this.#attended;
    this.#attended = undefined;
    if (accountId === undefined || this.#outward === undefined) return { elsewhere: false };
    return this.#outward.leave(accountId);
  }

  /** A socket whose end is what wakes this object is listed no more; it has its attachment all the same. */
  #heldBy(socket: WebSocket): Held | undefined {
    return this.#held.get(socket) ?? this.#restore(socket);
  }

  #restore(socket: WebSocket): Held | undefined {
    const attachment = readAttachment(socket);
    if (attachment === undefined) {
      if (socket.readyState === WebSocket.OPEN) socket.close(1012, 'restarting');
      return undefined;
    }
    const { connectionId, requestId } = attachment;
    const book = new PlaceBook(this.#shelfOf(connectionId), attachment);
    this.#sweepAt = attachment.sweepAt;
    const held = this.#hold(socket, { connectionId, requestId }, book);
    held.session.restore(attachment, book.places);
    return held;
  }

  #hold(socket: WebSocket, names: Held['names'], book: PlaceBook): Held {
    const log = logWith(this.ports.log, names);
    const schedule = (time: number | undefined) => {
      held.wakeAt = time;
      if (time !== undefined) this.#schedule(time);
    };
    const onChange = () => {
      this.#changed.add(session);
      this.#saveSoon();
    };
    const hibernating = new HibernatingSocket(socket, schedule);
    const session: Session = new Session({ ...this.ports, log }, this.#hub, hibernating, { onChange });
    const held: Held = { session, book, names, wakeAt: undefined };
    this.#held.set(socket, held);
    this.#heldOf.set(session, [socket, held]);
    return held;
  }

  #release(socket: WebSocket, code: number): void {
    const held = this.#heldBy(socket);
    if (held === undefined) return;
    this.#held.delete(socket);
    this.#heldOf.delete(held.session);
    // Else a second event of a socket that has ended would bring its session back.
    clearAttachment(socket);
    held.session.closed(code, causeOfPeer(code));
    if (held.book.shelved) this.ctx.storage.kv.delete(shelfKey(held.names.connectionId));
  }

  #accountId(): AccountId | undefined {
    for (const { principal } of this.#heldOf.keys()) if (principal) return principal.accountId;
    return undefined;
  }

  #follows(roomId: RoomId): boolean {
    for (const { subscriptions } of this.#heldOf.keys()) if (subscriptions.has(roomId)) return true;
    return false;
  }

  /** Has the alarm ring at `time` at the latest. One that rings too early does no harm. */
  #schedule(time: number): void {
    if (this.#alarmAt !== null && this.#alarmAt <= time) return;
    this.#alarmAt = time;
    void this.ctx.storage.setAlarm(time);
  }

  /** Once for all that moves in a turn: the object may be forgotten after it. */
  #saveSoon(): void {
    if (this.#saving) return;
    this.#saving = true;
    queueMicrotask(() => this.#save());
  }

  #save(): void {
    this.#saving = false;
    for (const roomId of this.#moved) {
      for (const [session, [, { book }]] of this.#heldOf) {
        const subscription = session.subscriptions.get(roomId);
        if (subscription === undefined) continue;
        book.set(subscription.feed.cursorOf(subscription.subscriber));
        this.#changed.add(session);
      }
    }
    this.#moved.clear();
    for (const session of this.#changed) {
      const [socket, held] = this.#heldOf.get(session) ?? [];
      const { snapshot } = session;
      if (socket === undefined || held === undefined || snapshot === undefined) continue;
      const places = held.book.bytes();
      const { shelved } = held.book;
      const attachment: Attachment = { ...snapshot, ...held.names, places, shelved, sweepAt: this.#sweepAt };
      socket.serializeAttachment(attachment);
    }
    this.#changed.clear();
    if (this.#heldOf.size > 0) this.#schedule(this.#sweepAt);
  }

  #expectSweep(now: number): void {
    this.#sweepAt = now + jittered(this.#sweepMs);
    for (const session of this.#heldOf.keys()) this.#changed.add(session);
    this.#saveSoon();
  }

  /** Connections that ended with an earlier life of this object have left their places behind. */
  #clearShelf(): void {
    const { kv } = this.ctx.storage;
    const kept = new Set(Array.from(this.#held.values(), ({ names }) => shelfKey(names.connectionId)));
    for (const [key] of kv.list({ prefix: shelfKey('') })) if (!kept.has(key)) kv.delete(key);
  }

  #shelfOf(connectionId: string): Shelf {
    const { kv } = this.ctx.storage;
    const key = shelfKey(connectionId);
    return { read: () => kv.get<Uint8Array>(key), write: (bytes) => kv.put(key, bytes) };
  }
}

/** Nothing but texts can be shared between the sockets here. */
const shareTexts: EncodeFrames = (texts) => texts;
const shelfKey = (connectionId: string): string => `places ${connectionId}`;
