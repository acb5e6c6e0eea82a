import { setTimeout as delay } from 'node:timers/promises';
import type { PeopledRoom, Person } from './population.ts';
import { WireSocket } from './wire-socket.ts';
import { body } from './message.ts';

export interface ConversationOptions {
  rooms: PeopledRoom[];
  /** How many of each room's members write. */
  writers: number;
  /** How many of each room's members, the first of them, are also shown what is written. */
  listeners: number;
  /** Where the nth connection goes. */
  portOf: (index: number) => number;
}

export interface Figures {
  /** Acknowledged, and shown to a listener, a second. */
  acknowledged: number;
  delivered: number;
  /** Milliseconds from the call of `send`, in order of size. */
  untilAcknowledged: number[];
  untilDelivered: number[];
}

interface Writer {
  socket: WireSocket;
  roomId: string;
}

/** People who write to their rooms over sockets, in this very process: one clock tells when a message went and came. */
export class Conversation {
  readonly #sockets: WireSocket[] = [];
  readonly #writers: Writer[] = [];
  readonly #sentAt = new Map<string, number>();
  readonly #listeners: number;
  #sent = 0;
  #figures: Figures = emptyFigures();
  #acknowledged: (writer: Writer) => void = () => {};
  #error: string | undefined;

  private constructor(listeners: number) {
    this.#listeners = listeners;
  }

  static async open({ rooms, writers, listeners, portOf }: ConversationOptions): Promise<Conversation> {
    const conversation = new Conversation(listeners);
    const places = rooms.flatMap((room) =>
      room.members.slice(0, Math.max(writers, listeners)).map((person, place) => ({ room, person, place })),
    );
    let next = 0;
    const opener = async () => {
      for (let index = next++; index < places.length; index = next++) {
        const { room, person, place } = places[index] as (typeof places)[number];
        const roles = { writes: place < writers, listens: place < listeners };
        await conversation.#enter(room, person, portOf(index), roles);
      }
    };
    await Promise.all(Array.from({ length: 32 }, opener));
    return conversation;
  }

  /** Every writer sends its next message when the last one is acknowledged. */
  async saturate(seconds: number): Promise<Figures> {
    return this.#measure(seconds, async () => {
      this.#acknowledged = (writer) => this.#write(writer);
      for (const writer of this.#writers) this.#write(writer);
      await delay(seconds * 1000);
      this.#acknowledged = () => {};
    });
  }

  /** Writers send in turn, so many messages a second, whatever has become of the earlier ones. */
  async keepPace(perSecond: number, seconds: number): Promise<Figures> {
    return this.#measure(seconds, async () => {
      const startedAt = performance.now();
      for (let sent = 0; sent < perSecond * seconds;) {
        const due = Math.min(((performance.now() - startedAt) / 1000) * perSecond, perSecond * seconds);
        while (sent < due) this.#write(this.#writers[sent++ % this.#writers.length] as Writer);
        await delay(1);
      }
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  async #measure(seconds: number, run: () => Promise<void>): Promise<Figures> {
    this.#figures = emptyFigures();
    await run();
    const { acknowledged, delivered } = this.#figures;
    await this.#settle();
    this.#figures.untilAcknowledged.sort((some, other) => some - other);
    this.#figures.untilDelivered.sort((some, other) => some - other);
    return { ...this.#figures, acknowledged: acknowledged / seconds, delivered: delivered / seconds };
  }

  /** Until everything that was sent is acknowledged and shown. */
  async #settle(): Promise<void> {
    for (const end = performance.now() + 20_000; this.#sentAt.size > 0;) {
      if (this.#error !== undefined) throw new Error(this.#error);
      if (performance.now() > end) throw new Error(`${this.#sentAt.size} messages are not settled`);
      await delay(20);
    }
  }

  #write({ socket, roomId }: Writer): void {
    const id = `talk-${++this.#sent}`;
    this.#sentAt.set(id, performance.now());
    this.#missing.set(id, 1 + this.#listeners);
    socket.send(JSON.stringify({ type: 'send', id, room: roomId, body }));
  }

  /** Frames that a message still has to be seen in. */
  readonly #missing = new Map<string, number>();

  #saw(id: string): number {
    const sentAt = this.#sentAt.get(id) ?? Number.NaN;
    const missing = (this.#missing.get(id) ?? 0) - 1;
    if (missing > 0) this.#missing.set(id, missing);
    else {
      this.#missing.delete(id);
      this.#sentAt.delete(id);
    }
    return performance.now() - sentAt;
  }

  async #enter(
    { roomId }: PeopledRoom,
    { token }: Person,
    port: number,
    { writes, listens }: { writes: boolean; listens: boolean },
  ): Promise<void> {
    const ready = Promise.withResolvers<void>();
    let writer: Writer | undefined;
    const socket = await WireSocket.open({
      port,
      path: '/ws',
      headers: { Authorization: `Bearer ${token}` },
      onText: (payload) => {
        const frame = JSON.parse(payload.toString()) as { type: string; id: string };
        if (frame.type === 'message') {
          this.#figures.delivered++;
          this.#figures.untilDelivered.push(this.#saw(frame.id));
        } else if (frame.type === 'ack') {
          this.#figures.acknowledged++;
          this.#figures.untilAcknowledged.push(this.#saw(frame.id));
          if (writer !== undefined) this.#acknowledged(writer);
        } else if (frame.type === 'ready') ready.resolve();
        else if (frame.type === 'error') this.#error = payload.toString();
      },
      onClose: (reason) => {
        this.#error ??= reason;
        ready.reject(new Error(reason));
      },
    });
    this.#sockets.push(socket);
    await ready.promise;
    if (listens) socket.send('{"type":"sync"}');
    if (writes) this.#writers.push((writer = { socket, roomId }));
  }
}

const emptyFigures = (): Figures => ({ acknowledged: 0, delivered: 0, untilAcknowledged: [], untilDelivered: [] });

/** The value below which a share of the sorted values lies. */
export const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
