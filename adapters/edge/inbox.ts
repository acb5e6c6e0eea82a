import { DurableObject } from 'cloudflare:workers';
import { causeOfPeer } from '../../functions/chat/close-codes.ts';
import { listMemberships } from '../../db/rooms.ts';
import { createDelivery } from '../../functions/changes/delivery.ts';
import { inBackground } from '../../functions/chat/background.ts';
import { Hub } from '../../functions/chat/hub.ts';
import { heartbeat } from '../../functions/chat/frames.ts';
import { jittered } from '../../functions/chat/jittered.ts';
import { Session } from '../../functions/chat/session.ts';
import type { EncodeFrames } from '../../functions/chat/socket.ts';
import { subprotocol } from '../../functions/chat/upgrade.ts';
import { toInstant } from '../../functions/instant.ts';
import { logWith } from '../../functions/log-with.ts';
import type { Ports, Seen } from '../../functions/ports.ts';
import type { AccountId } from '../../schema/ids.ts';
import { createNotifier } from '../shared/notifier.ts';
import { createEdgeBus } from './bus.ts';
import { connectForObject } from './database.ts';
import { clearAttachment, readAttachment } from './attachment.ts';
import { closeLike } from './close-like.ts';
import { OpenSockets } from './open-sockets.ts';
import type { OpenSocket } from './open-sockets.ts';
import type { CursorStore } from './cursor-store.ts';
import { isTooLong } from './frame-length.ts';
import { HibernatingSocket } from './hibernating-socket.ts';
import { InboxBus } from './inbox-bus.ts';
import { readUpgrade } from './inbox-upgrade.ts';
import { isolateOf } from './isolate.ts';
import { createRoomLog } from './message-log.ts';
import type { InboxCalls, Envelope } from './objects.ts';
import { createNodeRelay } from './node-relay.ts';

/** Kept while the rooms of the account are told that it is here. */
const toldKey = 'told';

/** How long after its last connection an account is still said to have been seen, in milliseconds. */
const seenMs = 30 * 24 * 3600 * 1000;

/**
 * The sockets of one account, named by its id. It sleeps while nothing happens, and its sockets stay open; what it must not
 * forget is in their attachments. The chat itself is the same as on Node: functions/chat.
 */
export class Inbox extends DurableObject<Env> implements InboxCalls {
  readonly #sockets: OpenSockets;
  /** No caller reaches a property of an object; tests do. */
  ports!: Ports;
  #bus!: InboxBus;
  #hub!: Hub;
  #sweepMs = 0;
  /** When rooms are compared next; kept with the sockets. */
  #sweepAt = 0;
  #alarmAt: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sockets = new OpenSockets(
      ctx.storage.kv,
      () => this.#sweepAt,
      () => this.#schedule(this.#sweepAt),
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(heartbeat.ping, heartbeat.pong));
    void ctx.blockConcurrencyWhile(() => this.#wake());
  }

  /** The upgrade, as adapters/edge/chat.ts hands it on. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = readUpgrade(request);
    if (upgrade === undefined) return new Response(null, { status: 400 });
    const { admitted, requestId, offersSubprotocol } = upgrade;
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.ctx.acceptWebSocket(ours);
    if (this.#sockets.size === 0) this.#expectSweep(this.ports.clock.now());
    const ids = { connectionId: this.ports.newId<string>(), requestId };
    const { session } = this.#open(ours, ids, this.#sockets.cursorsOf(ids.connectionId));
    session.open(admitted);
    return new Response(null, {
      status: 101,
      webSocket: theirs,
      headers: offersSubprotocol ? { 'Sec-WebSocket-Protocol': subprotocol } : {},
    });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const session = this.#openSocketOf(socket)?.session;
    if (session === undefined) return;
    if (isTooLong(message)) {
      clearAttachment(socket);
      closeLike(socket, 1009, 'the frame is too large');
      return session.closed(1009, 'protocol');
    }
    if (typeof message !== 'string') return session.receiveBinary();
    session.receive(message);
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    this.#release(socket, code);
    // The peer waits for this answer; the platform gives it by itself only when the object falls asleep.
    closeLike(socket, code, reason);
  }

  override webSocketError(socket: WebSocket): void {
    this.#release(socket, 1006);
  }

  deliver(envelopes: Envelope[]): boolean {
    if (this.#sockets.size === 0) {
      this.#noticeEnd();
      return false;
    }
    this.#bus.deliver(envelopes);
    return true;
  }

  presence(): Seen {
    const online = [...this.#sockets.all].some(({ session }) => session.state === 'ready');
    const seen = this.ctx.storage.kv.get<string>('lastSeenAt');
    const lastSeenAt = seen !== undefined && Date.parse(seen) > Date.now() - seenMs ? seen : null;
    return { online, lastSeenAt };
  }

  /** Ends what has expired, and compares the rooms with MariaDB where that is due: finds what no hint told. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    const now = this.ports.clock.now();
    for (const { session, wakeAt } of this.#sockets.all) if (wakeAt !== undefined && wakeAt <= now) session.due();
    if (this.#sockets.size === 0) this.#noticeEnd();
    if (this.#sockets.accountId === undefined) return this.#sockets.clearOverflow();
    // A little early is as good: one alarm for a token's end and a sweep that is nearly due.
    const isDue = now >= this.#sweepAt - this.#sweepMs / 4;
    if (isDue) this.#expectSweep(now);
    this.#schedule(this.#sweepAt);
    for (const { wakeAt } of this.#sockets.all) if (wakeAt !== undefined) this.#schedule(wakeAt);
    if (!isDue) return;
    this.#sockets.clearOverflow();
    await this.catchUp();
  }

  async catchUp(): Promise<boolean> {
    if (this.#sockets.size === 0) return false;
    await Promise.all([this.#hub.sweeper.catchUp(), this.#bus.renew()]);
    return true;
  }

  /** The connections ended together with an earlier life of this object, and nobody has said so. */
  #noticeEnd(): void {
    const { kv } = this.ctx.storage;
    if (kv.get(toldKey) !== true) return;
    kv.delete(toldKey);
    inBackground(
      this.ports.log,
      'telling who left',
      this.#tellEnd().catch((error: unknown) => {
        kv.put(toldKey, true);
        throw error;
      }),
    );
  }

  async #tellEnd(): Promise<void> {
    const accountId = this.ctx.id.name as AccountId;
    const rooms = await listMemberships(this.ports.db, accountId);
    // It may be back.
    if (this.#sockets.size > 0) return;
    this.#hub.presence.restore(accountId);
    const roomIds = rooms.map(({ id }) => id);
    await this.#hub.presence.disconnect(accountId, roomIds);
  }

  async #wake(): Promise<void> {
    const isolate = await isolateOf(this.env);
    const { env } = this;
    const { clock, log, settings } = isolate.ports;
    const sockets = this.#sockets;
    const db = connectForObject(isolate.databaseUrl, 2);
    const relay = createNodeRelay(isolate);
    const accountId = () => sockets.accountId;
    const self = { accountId, deliver: (envelopes: Envelope[]) => void this.deliver(envelopes) };
    const { bus: outgoing } = createEdgeBus({ inboxes: env.INBOX, db, log, relay, self });
    this.#bus = new InboxBus({ outgoing, relay, accountId, log });
    const messages = createRoomLog({ rooms: env.ROOM, db, log, isMember: (roomId) => sockets.follow(roomId) });
    const notifier = createNotifier({ ...isolate.ports, db }, isolate.channels);
    this.#sweepMs = isolate.sweepMs;
    this.ports = {
      ...isolate.ports,
      db,
      bus: this.#bus,
      messages,
      notifier,
      delivery: createDelivery({ db, bus: outgoing, messages, notifier, settings, log }),
      presence: {
        keep: async () => {
          this.ctx.storage.kv.put(toldKey, true);
          return [];
        },
        leave: (account) => {
          this.ctx.storage.kv.delete(toldKey);
          this.ctx.storage.kv.put('lastSeenAt', toInstant(clock.now()));
          return this.#bus.leave(account);
        },
        of: () => Promise.reject(new Error('an inbox knows of itself alone')),
      },
    };
    this.#hub = new Hub(this.ports, shareTexts, (roomId) => sockets.cursorMoved(roomId));
    this.#alarmAt = await this.ctx.storage.getAlarm();
    this.#bus.restore(() => {
      for (const socket of this.ctx.getWebSockets()) this.#restore(socket);
    });
  }

  /** A socket whose end is what wakes this object is listed no more; it has its attachment all the same. */
  #openSocketOf(socket: WebSocket): OpenSocket | undefined {
    return this.#sockets.of(socket) ?? this.#restore(socket);
  }

  #restore(socket: WebSocket): OpenSocket | undefined {
    const attachment = readAttachment(socket);
    if (attachment === undefined) {
      if (socket.readyState === WebSocket.OPEN) socket.close(1012, 'restarting');
      return undefined;
    }
    const { connectionId, requestId, sweepAt } = attachment;
    const cursors = this.#sockets.cursorsOf(connectionId, attachment);
    this.#sweepAt = sweepAt;
    const restored = this.#open(socket, { connectionId, requestId }, cursors);
    restored.session.restore(attachment, cursors.all);
    return restored;
  }

  #open(socket: WebSocket, ids: OpenSocket['ids'], cursors: CursorStore): OpenSocket {
    const log = logWith(this.ports.log, ids);
    const schedule = (time: number | undefined) => {
      opened.wakeAt = time;
      if (time !== undefined) this.#schedule(time);
    };
    const hibernating = new HibernatingSocket(socket, schedule);
    const onChange = () => this.#sockets.changed(session);
    const session: Session = new Session({ ...this.ports, log }, this.#hub, hibernating, { onChange });
    const opened: OpenSocket = { socket, session, cursors, ids, wakeAt: undefined };
    this.#sockets.add(opened);
    return opened;
  }

  #release(socket: WebSocket, code: number): void {
    const ended = this.#openSocketOf(socket);
    if (ended === undefined) return;
    this.#sockets.remove(ended);
    // Else a second event of a socket that has ended would bring its session back.
    clearAttachment(socket);
    ended.session.closed(code, causeOfPeer(code));
  }

  /** Has the alarm ring at `time` at the latest. One that rings too early does no harm. */
  #schedule(time: number): void {
    if (this.#alarmAt !== null && this.#alarmAt <= time) return;
    this.#alarmAt = time;
    void this.ctx.storage.setAlarm(time);
  }

  #expectSweep(now: number): void {
    this.#sweepAt = now + jittered(this.#sweepMs);
    this.#sockets.allChanged();
  }
}

/** Nothing but texts can be shared between the sockets here. */
const shareTexts: EncodeFrames = (texts) => texts;
