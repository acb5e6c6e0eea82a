import { listMessagesAfter } from '../../db/messages.ts';
import { listHeads } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import type { Ports } from '../ports.ts';
import type { FrameSink } from './frame-sink.ts';
import { limits } from './limits.ts';
import type { RoomCursor } from './room-cursor.ts';
import { decodeRoomHint, encodeMessage } from '../events/room-hints.ts';
import type { EncodeFrames } from './socket.ts';

type FeedPorts = Pick<Ports, 'db' | 'log' | 'clock' | 'metrics' | 'tracer'>;

/** One connection's cursor in one room. While it is live, what it gets next is what the feed is at. */
export class Subscriber {
  readonly sink: FrameSink;
  /** The sequence that it gets next, while not live. */
  next: number;
  live = false;
  gone = false;
  /** Grows whenever the client names a new cursor, so that a read under way for the old one is dropped. */
  resumption = 0;
  catchingUp = false;

  constructor(sink: FrameSink, next: number) {
    this.sink = sink;
    this.next = next;
  }
}

/**
 * One room in one process: knows the sequence that its subscribers get next. A hint that fits is passed on, an old one
 * is dropped, one from further ahead makes it read the gap from the log first. So every subscriber sees a slice of the log,
 * in order, each message once, whatever the bus loses, doubles or delays.
 */
export class RoomFeed {
  readonly roomId: RoomId;
  readonly #ports: FeedPorts;
  readonly #encode: EncodeFrames;
  readonly #onCursorMoved: ((roomId: RoomId) => void) | undefined;
  readonly #subscribers = new Set<Subscriber>();
  readonly #live = new Set<Subscriber>();
  #next = Number.POSITIVE_INFINITY;
  /** The newest sequence that is known to exist. */
  #target = 0;
  #filling = false;
  #filled = Promise.resolve();

  /** @param onCursorMoved is told whenever the cursor of a subscriber, or the feed's own, has moved */
  constructor(roomId: RoomId, ports: FeedPorts, encode: EncodeFrames, onCursorMoved?: (roomId: RoomId) => void) {
    this.roomId = roomId;
    this.#ports = ports;
    this.#encode = encode;
    this.#onCursorMoved = onCursorMoved;
  }

  /** Begins after `head`, which was read once the topic was subscribed: what is later than it comes as a hint. */
  start(head: number): void {
    this.#next = head + 1;
    this.#fill();
  }

  get head(): number {
    return this.#next - 1;
  }

  /** How far this process has delivered the log; 0 before it has begun. */
  get delivered(): number {
    return this.#next === Number.POSITIVE_INFINITY ? 0 : this.head;
  }

  get isEmpty(): boolean {
    return this.#subscribers.size === 0;
  }

  /** Where a subscriber is. */
  cursorOf({ live, next }: Subscriber): RoomCursor {
    return { room: this.roomId, next: live ? this.#next : next, feedNext: this.#next };
  }

  /**
   * Takes a connection in, after the head, which the caller may know to be further than this process is. It gets messages
   * once `resume` has said from where.
   */
  subscribe(sink: FrameSink, head = 0): Subscriber {
    this.noticeHead(head);
    const subscriber = new Subscriber(sink, Math.max(this.#next, head + 1));
    this.#subscribers.add(subscriber);
    return subscriber;
  }

  /** Takes a connection back at its cursor; delivers from there on where the client has asked for it. */
  restore(sink: FrameSink, next: number, synced: boolean): Subscriber {
    const subscriber = this.subscribe(sink);
    subscriber.next = next;
    if (synced) void this.#catchUp(subscriber);
    return subscriber;
  }

  unsubscribe(subscriber: Subscriber): void {
    subscriber.gone = true;
    this.#subscribers.delete(subscriber);
    this.#live.delete(subscriber);
  }

  /** Says where delivery begins once the client asks for it. */
  startAt(subscriber: Subscriber, next: number): void {
    subscriber.next = next;
    this.#onCursorMoved?.(this.roomId);
  }

  /** Delivers from the message after `cursor` on: the past from the log, then live. Beyond the head counts as the head, and is told. */
  resume(subscriber: Subscriber, cursor: number): void {
    this.#live.delete(subscriber);
    subscriber.live = false;
    subscriber.resumption++;
    subscriber.next = cursor + 1;
    this.#onCursorMoved?.(this.roomId);
    void this.#catchUp(subscriber);
  }

  /** A payload of the room's topic. */
  onHint(payload: string): void {
    const hint = decodeRoomHint(payload);
    if (hint === undefined) return;
    if (hint.kind === 'ephemeral') return this.#deliverEphemeral(hint.frame, hint.except);
    if (hint.kind === 'head') return this.noticeHead(hint.head);
    const { first, at, frames, trace } = hint;
    const { tracer } = this.#ports;
    const span =
      trace === undefined ? undefined : tracer?.begin('deliver messages', { kind: 'consumer', parent: trace });
    const outcome = this.#take(first, frames);
    if (outcome === 'delivered') {
      this.#ports.metrics.observe('chat_fanout_seconds', {}, Math.max(0, this.#ports.clock.now() - at) / 1000);
    }
    span?.set({ 'messaging.batch.message_count': frames.length, 'kingbus.outcome': outcome });
    span?.end();
  }

  /** Passes on what fits. What comes too early is read from the log, with what is missing; what was read there is known. */
  #take(first: number, frames: string[]): 'delivered' | 'early' | 'known' {
    const last = first + frames.length - 1;
    if (first > this.#next || this.#filling || this.#next === Number.POSITIVE_INFINITY) {
      this.noticeHead(last);
      return 'early';
    }
    if (last < this.#next) return 'known';
    this.#deliver(first === this.#next ? frames : frames.slice(this.#next - first));
    return 'delivered';
  }

  /** The log reaches at least to `head`: whatever is missing here is read. */
  noticeHead(head: number): void {
    if (head > this.#target) this.#target = head;
    this.#fill();
  }

  /** Every subscriber gets the very same bytes; nothing here is made for one of them. */
  #deliver(texts: string[]): void {
    for (const piece of piecesOf(texts)) {
      this.#next += piece.length;
      if (this.#live.size === 0) continue;
      const frames = this.#encode(piece);
      this.#countSent(piece.length * this.#live.size);
      for (const subscriber of this.#live) {
        if (!subscriber.sink.sendFrames(frames, piece.length)) this.#demote(subscriber);
      }
    }
    this.#onCursorMoved?.(this.roomId);
  }

  /** A connection that does not keep up gets the rest from the log, at its own pace. */
  #demote(subscriber: Subscriber): void {
    this.#live.delete(subscriber);
    subscriber.live = false;
    subscriber.next = this.#next;
    this.#ports.metrics.count('chat_refills', {});
    void this.#catchUp(subscriber);
  }

  #deliverEphemeral(text: string, except: string): void {
    const frames = this.#encode([text]);
    let sent = 0;
    let dropped = 0;
    for (const { sink } of this.#subscribers) {
      if (sink.accountId === except) continue;
      if (sink.congested()) {
        dropped++;
        continue;
      }
      sink.sendFrames(frames, 1);
      sent++;
    }
    this.#ports.metrics.count('chat_frames_sent', { type: 'ephemeral' }, sent);
    if (dropped > 0) this.#ports.metrics.count('chat_frames_dropped', {}, dropped);
  }

  #countSent(messages: number): void {
    this.#ports.metrics.count('chat_frames_sent', { type: 'message' }, messages);
  }

  #fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    this.#filled = this.#readGap();
  }

  async #readGap(): Promise<void> {
    try {
      while (this.#next <= this.#target) {
        const rows = await listMessagesAfter(this.#ports.db, {
          roomId: this.roomId,
          after: this.head,
          limit: limits.pageSize,
        });
        if (rows.length === 0) break;
        this.#ports.metrics.count('chat_gap_messages', {}, rows.length);
        this.#deliver(rows.map((row) => encodeMessage(this.roomId, row)));
      }
    } catch (error) {
      // The next sweep sees the same gap and tries again.
      this.#ports.log.warn({ err: error, roomId: this.roomId }, 'a gap could not be filled yet');
    } finally {
      this.#filling = false;
    }
  }

  async #catchUp(subscriber: Subscriber): Promise<void> {
    if (subscriber.catchingUp) return;
    subscriber.catchingUp = true;
    while (!subscriber.gone && !subscriber.live) {
      try {
        if (subscriber.sink.congested()) await subscriber.sink.drained();
        else if (subscriber.next > this.#next) await this.#clampToHead(subscriber);
        else if (subscriber.next === this.#next) this.#goLive(subscriber);
        else await this.#sendPage(subscriber);
      } catch (error) {
        this.#ports.log.warn({ err: error, roomId: this.roomId }, 'a connection could not be caught up yet');
        await new Promise((resolve) => void setTimeout(resolve, limits.retryMs));
      }
    }
    subscriber.catchingUp = false;
  }

  /** A client may have seen more elsewhere than this process has yet. The log says how far it really goes. */
  async #clampToHead(subscriber: Subscriber): Promise<void> {
    const { resumption } = subscriber;
    const [room] = await listHeads(this.#ports.db, [this.roomId]);
    const head = room?.head ?? 0;
    this.noticeHead(head);
    await this.#filled;
    if (subscriber.resumption === resumption && !subscriber.gone && subscriber.next > head + 1) {
      // No log of this epoch has what the client has seen.
      subscriber.next = head + 1;
      subscriber.sink.sendError('beyond_head', { room: this.roomId, seq: head });
    }
    this.#onCursorMoved?.(this.roomId);
    if (!subscriber.gone && subscriber.next > this.#next) throw new Error('the log could not be read to its head');
  }

  #goLive(subscriber: Subscriber): void {
    subscriber.live = true;
    this.#live.add(subscriber);
  }

  async #sendPage(subscriber: Subscriber): Promise<void> {
    const { resumption } = subscriber;
    const rows = await listMessagesAfter(this.#ports.db, {
      roomId: this.roomId,
      after: subscriber.next - 1,
      before: this.#next,
      limit: limits.pageSize,
    });
    if (subscriber.gone || subscriber.resumption !== resumption) return;
    if (rows.length === 0) throw new Error(`the log of room ${this.roomId} has a hole at ${subscriber.next}`);
    let sent = 0;
    for (const row of rows) {
      subscriber.next = row.seq + 1;
      sent++;
      // A page of long messages is more than a buffer should hold: the rest is read again when it has drained.
      if (!subscriber.sink.send(encodeMessage(this.roomId, row))) break;
    }
    this.#onCursorMoved?.(this.roomId);
    this.#countSent(sent);
  }
}

/** Consecutive texts in portions that do not fill a connection's buffer at a stroke. Nearly always there is one. */
function piecesOf(texts: string[]): string[][] {
  const pieces: string[][] = [];
  let start = 0;
  for (let end = 0, length = 0; end < texts.length; end++) {
    length += (texts[end] as string).length;
    if (length < limits.pieceLength && end < texts.length - 1) continue;
    pieces.push(start === 0 && end === texts.length - 1 ? texts : texts.slice(start, end + 1));
    start = end + 1;
    length = 0;
  }
  return pieces;
}
