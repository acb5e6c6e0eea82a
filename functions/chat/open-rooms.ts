import { listHeads } from '../../db/rooms.ts';
import type { RoomId } from '../../schema/ids.ts';
import { roomTopic } from '../events/topics.ts';
import type { Ports, Subscription } from '../ports.ts';
import { inBackground } from './background.ts';
import type { Connection } from './connection.ts';
import { portionsOf } from './portions.ts';
import type { RoomCursor } from './room-cursor.ts';
import { RoomFeed } from './room-feed.ts';
import type { EncodeFrames } from './socket.ts';

interface OpenRoom {
  feed: RoomFeed;
  /** Connections that are about to subscribe: while there are any, the room stays open. */
  claims: number;
  /** Resolves when hints arrive and the feed has its head. */
  opened?: Promise<void>;
  subscription?: Subscription;
}

type RoomPorts = Pick<Ports, 'db' | 'bus' | 'clock' | 'log' | 'metrics'>;

/** The rooms whose topics this process holds: those that one of its connections belongs to. */
export class OpenRooms {
  readonly #ports: RoomPorts;
  readonly #encode: EncodeFrames;
  readonly #onCursorMoved: ((roomId: RoomId) => void) | undefined;
  readonly #rooms = new Map<RoomId, OpenRoom>();

  /** @param onCursorMoved is told whenever a connection's cursor in a room has moved */
  constructor(ports: RoomPorts, encode: EncodeFrames, onCursorMoved?: (roomId: RoomId) => void) {
    this.#ports = ports;
    this.#encode = encode;
    this.#onCursorMoved = onCursorMoved;
  }

  /** Told of each payload that the connections here get. */
  onPayload: ((roomId: RoomId, payload: string) => void) | undefined;

  get size(): number {
    return this.#rooms.size;
  }

  ids(): Iterable<RoomId> {
    return this.#rooms.keys();
  }

  has(roomId: RoomId): boolean {
    return this.#rooms.has(roomId);
  }

  /** Gives a payload of the room's topic to the connections here alone. */
  tell(roomId: RoomId, payload: string): void {
    this.#rooms.get(roomId)?.feed.onHint(payload);
  }

  /** Opens rooms, or waits for whoever opens them, and keeps them open while `use` runs. */
  async open<Result>(roomIds: RoomId[], use: () => Result): Promise<Result> {
    const fresh: OpenRoom[] = [];
    const claimed = roomIds.map((roomId) => {
      let room = this.#rooms.get(roomId);
      if (room === undefined) {
        room = { feed: this.#newFeed(roomId), claims: 0 };
        this.#rooms.set(roomId, room);
        fresh.push(room);
      }
      room.claims++;
      return room;
    });
    if (fresh.length > 0) {
      const opened = this.#start(fresh);
      for (const room of fresh) room.opened = opened;
    }
    try {
      // All at once: one that fails while another is waited for would be nobody's, and end the process.
      await Promise.all(claimed.flatMap(({ opened }) => opened ?? []));
      return use();
    } finally {
      for (const room of claimed) {
        room.claims--;
        this.#closeIfUnused(room);
      }
    }
  }

  /**
   * Has a connection get the messages of an open room, once it has said from where. `head` is what the caller has read of the
   * database; gives the room's head, which is no less.
   */
  subscribe({ sink, subscriptions }: Connection, roomId: RoomId, head = 0): number {
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw new Error(`the room ${roomId} was closed while it was being opened`);
    const { feed } = room;
    let subscription = subscriptions.get(roomId);
    if (subscription === undefined) {
      subscription = { feed, subscriber: feed.subscribe(sink, head) };
      subscriptions.set(roomId, subscription);
      this.#onCursorMoved?.(roomId);
    }
    return subscription.subscriber.next - 1;
  }

  /** Takes a connection back into its rooms, each where it was. The database is not asked. */
  restore({ sink, subscriptions }: Connection, cursors: Iterable<RoomCursor>, synced: boolean): void {
    for (const { room: roomId, next, feedNext } of cursors) {
      let room = this.#rooms.get(roomId);
      if (room === undefined) {
        room = { feed: this.#newFeed(roomId), claims: 0 };
        this.#rooms.set(roomId, room);
        room.feed.start(feedNext - 1);
        inBackground(this.#ports.log, 'subscribing a room', this.#listen(room));
      }
      subscriptions.set(roomId, { feed: room.feed, subscriber: room.feed.restore(sink, next, synced) });
    }
  }

  /** Takes a connection out of all its rooms. */
  unsubscribe({ subscriptions }: Connection): void {
    for (const [roomId, { feed, subscriber }] of subscriptions) {
      feed.unsubscribe(subscriber);
      const room = this.#rooms.get(roomId);
      if (room?.feed === feed) this.#closeIfUnused(room);
    }
    subscriptions.clear();
  }

  /**
   * Compares the heads of all open rooms with MariaDB: finds messages that no hint told of. False where a log ends before
   * what was delivered of it: then the database was restored to an earlier state.
   */
  async compareHeads(): Promise<boolean> {
    for (const roomIds of portionsOf([...this.#rooms.keys()])) {
      // What was delivered before the question was asked had been committed before.
      const delivered = new Map(roomIds.map((roomId) => [roomId, this.#rooms.get(roomId)?.feed.delivered ?? 0]));
      for (const { id, head } of await listHeads(this.#ports.db, roomIds)) {
        if (head < (delivered.get(id) ?? 0)) return false;
        this.#rooms.get(id)?.feed.noticeHead(head);
      }
    }
    return true;
  }

  /** Lets go of all rooms, whoever holds them: what is known of their logs is no longer so. */
  forget(): void {
    for (const room of this.#rooms.values()) this.#close(room);
  }

  /** Subscribes first and reads the heads after: a message is either below its head or comes as a hint. */
  async #start(rooms: OpenRoom[]): Promise<void> {
    try {
      await Promise.all(rooms.map((room) => this.#listen(room)));
      const heads = await listHeads(
        this.#ports.db,
        rooms.map(({ feed }) => feed.roomId),
      );
      const headOf = new Map(heads.map(({ id, head }) => [id, head]));
      for (const { feed } of rooms) feed.start(headOf.get(feed.roomId) ?? 0);
    } catch (error) {
      for (const room of rooms) this.#close(room);
      throw error;
    }
  }

  #newFeed(roomId: RoomId): RoomFeed {
    return new RoomFeed(roomId, this.#ports, this.#encode, this.#onCursorMoved);
  }

  async #listen(room: OpenRoom): Promise<void> {
    const { feed } = room;
    const subscription = await this.#ports.bus.subscribe(roomTopic(feed.roomId), (payload) => {
      feed.onHint(payload);
      this.onPayload?.(feed.roomId, payload);
    });
    if (this.#rooms.get(feed.roomId) === room) room.subscription = subscription;
    else this.#stopListening(subscription);
  }

  #stopListening(subscription: Subscription): void {
    inBackground(this.#ports.log, 'unsubscribing a room', subscription.unsubscribe());
  }

  #closeIfUnused(room: OpenRoom): void {
    if (room.claims === 0 && room.feed.isEmpty) this.#close(room);
  }

  #close(room: OpenRoom): void {
    const { roomId } = room.feed;
    if (this.#rooms.get(roomId) === room) this.#rooms.delete(roomId);
    if (room.subscription) this.#stopListening(room.subscription);
    delete room.subscription;
  }
}
