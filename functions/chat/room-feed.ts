import { listMessagesAfter } from '../../db/messages.ts';
import { listHeads } from '../../db/rooms.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import type { Ports } from '../ports.ts';
import { limits } from './limits.ts';
import type { Place } from './places.ts';
import { decodeRoomHint, encodeMessage } from '../events/room-hints.ts';
import type { EncodeFrames, Frames } from './socket.ts';

type FeedPorts = Pick<Ports, 'db' | 'log' | 'clock' | 'metrics'>;

/** Where a follower's frames go: one connection. */
export interface Outlet {
  readonly accountId: AccountId;
  /** False when the connection has more in its buffer than it should. */
  send(text: string): boolean;
  /** The same for what many connections get. */
  sendFrames(frames: Frames, count: number): boolean;
  congested(): boolean;
  drained(): Promise<void>;
}

/** One connection's place in one room. While it is live, what it is owed next is what the feed is at. */
export class Follower {
  readonly outlet: Outlet;
  /** The sequence owed next, while not live. */
  next: number;
  live = false;
  gone = false;
  /** Moves whenever the client names a new place, so that a read under way for the old one is dropped. */
  place = 0;
  catchingUp = false;

  constructor(outlet: Outlet, next: number) {
    this.outlet = outlet;
    this.next = next;
  }
}

/**
 * One room in one process: knows the sequence that its followers are owed next. A hint that fits is passed on, an old one
 * is dropped, one from further ahead makes it read the gap from the log first. So every follower sees a slice of the log,
 * in order, each message once, whatever the bus loses, doubles or delays.
 */
export class RoomFeed {
  readonly roomId: RoomId;
  readonly #ports: FeedPorts;
  readonly #encode: EncodeFrames;
  readonly #moved: ((roomId: RoomId) => void) | undefined;
  readonly #followers = new Set<Follower>();
  readonly #live = new Set<Follower>();
  #next = Number.POSITIVE_INFINITY;
  /** The newest sequence that is known to exist. */
  #target = 0;
  #filling = false;
  #filled = Promise.resolve();

  /** @param moved is told whenever the place of a follower, or the feed's own, has moved */
  constructor(roomId: RoomId, ports: FeedPorts, encode: EncodeFrames, moved?: (roomId: RoomId) => void) {
    this.roomId = roomId;
    this.#ports = ports;
    this.#encode = encode;
    this.#moved = moved;
  }

  /** Begins after `head`, which was read once the topic was subscribed: what is later than it comes as a hint. */
  start(head: number): void {
    this.#next = head + 1;
    this.#fill();
  }

  get head(): number {
    return this.#next - 1;
  }

  get isEmpty(): boolean {
    return this.#followers.size === 0;
  }

  /** Where a follower is. */
  placeOf({ live, next }: Follower): Place {
    return { room: this.roomId, next: live ? this.#next : next, feedNext: this.#next };
  }

  /** Takes a connection in. It gets messages once `resume` has named its place. */
  follow(outlet: Outlet): Follower {
    const follower = new Follower(outlet, this.#next);
    this.#followers.add(follower);
    return follower;
  }

  /** Takes a connection back at its place; delivers from there on where the client has asked for it. */
  restore(outlet: Outlet, next: number, synced: boolean): Follower {
    const follower = this.follow(outlet);
    follower.next = next;
    if (synced) void this.#catchUp(follower);
    return follower;
  }

  leave(follower: Follower): void {
    follower.gone = true;
    this.#followers.delete(follower);
    this.#live.delete(follower);
  }

  /** Delivers from the message after `cursor` on: the past from the log, then live. Beyond the head counts as the head. */
  resume(follower: Follower, cursor: number): void {
    this.#live.delete(follower);
    follower.live = false;
    follower.place++;
    follower.next = cursor + 1;
    this.#moved?.(this.roomId);
    void this.#catchUp(follower);
  }

  /** A payload of the room's topic. */
  receive(payload: string): void {
    const hint = decodeRoomHint(payload);
    if (hint === undefined) return;
    if (hint.kind === 'passing') return this.#pass(hint.frame, hint.except);
    if (hint.kind === 'head') return this.noticeHead(hint.head);
    const { first, at, frames } = hint;
    const last = first + frames.length - 1;
    if (first > this.#next || this.#filling || this.#next === Number.POSITIVE_INFINITY) return this.noticeHead(last);
    if (last < this.#next) return;
    this.#deliver(first === this.#next ? frames : frames.slice(this.#next - first));
    this.#ports.metrics.observe('chat_fanout_seconds', {}, Math.max(0, this.#ports.clock.now() - at) / 1000);
  }

  /** The log reaches at least to `head`: whatever is missing here is read. */
  noticeHead(head: number): void {
    if (head > this.#target) this.#target = head;
    this.#fill();
  }

  /** Every follower gets the very same bytes; nothing here is made for one of them. */
  #deliver(texts: string[]): void {
    for (const piece of piecesOf(texts)) {
      this.#next += piece.length;
      if (this.#live.size === 0) continue;
      const frames = this.#encode(piece);
      this.#countSent(piece.length * this.#live.size);
      for (const follower of this.#live) {
        if (!follower.outlet.sendFrames(frames, piece.length)) this.#demote(follower);
      }
    }
    this.#moved?.(this.roomId);
  }

  /** A connection that does not keep up gets the rest from the log, at its own pace. */
  #demote(follower: Follower): void {
    this.#live.delete(follower);
    follower.live = false;
    follower.next = this.#next;
    this.#ports.metrics.count('chat_refills', {});
    void this.#catchUp(follower);
  }

  #pass(text: string, except: string): void {
    const frames = this.#encode([text]);
    let sent = 0;
    let dropped = 0;
    for (const { outlet } of this.#followers) {
      if (outlet.accountId === except) continue;
      if (outlet.congested()) {
        dropped++;
        continue;
      }
      outlet.sendFrames(frames, 1);
      sent++;
    }
    this.#ports.metrics.count('chat_frames_sent', { type: 'passing' }, sent);
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

  async #catchUp(follower: Follower): Promise<void> {
    if (follower.catchingUp) return;
    follower.catchingUp = true;
    while (!follower.gone && !follower.live) {
      try {
        if (follower.outlet.congested()) await follower.outlet.drained();
        else if (follower.next > this.#next) await this.#reach(follower);
        else if (follower.next === this.#next) this.#goLive(follower);
        else await this.#sendPage(follower);
      } catch (error) {
        this.#ports.log.warn({ err: error, roomId: this.roomId }, 'a connection could not be caught up yet');
        await new Promise((resolve) => void setTimeout(resolve, limits.retryMs));
      }
    }
    follower.catchingUp = false;
  }

  /** A client may have seen more elsewhere than this process has yet. The log says how far it really goes. */
  async #reach(follower: Follower): Promise<void> {
    const { place } = follower;
    const [room] = await listHeads(this.#ports.db, [this.roomId]);
    const head = room?.head ?? 0;
    this.noticeHead(head);
    await this.#filled;
    if (follower.place === place) follower.next = Math.min(follower.next, head + 1);
    this.#moved?.(this.roomId);
  }

  #goLive(follower: Follower): void {
    follower.live = true;
    this.#live.add(follower);
  }

  async #sendPage(follower: Follower): Promise<void> {
    const { place } = follower;
    const rows = await listMessagesAfter(this.#ports.db, {
      roomId: this.roomId,
      after: follower.next - 1,
      before: this.#next,
      limit: limits.pageSize,
    });
    if (follower.gone || follower.place !== place) return;
    if (rows.length === 0) throw new Error(`the log of room ${this.roomId} has a hole at ${follower.next}`);
    let sent = 0;
    for (const row of rows) {
      follower.next = row.seq + 1;
      sent++;
      // A page of long messages is more than a buffer should hold: the rest is read again when it has drained.
      if (!follower.outlet.send(encodeMessage(this.roomId, row))) break;
    }
    this.#moved?.(this.roomId);
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
