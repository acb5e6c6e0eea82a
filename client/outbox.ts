import type { ChatError } from './chat-error.ts';
import type { OutgoingFrame } from './connection.ts';

/** A message, edit or deletion that the server has not acknowledged yet: plain JSON, as it goes over the wire. */
export type OutboxEntry = Extract<OutgoingFrame, { id: string }>;

/** Where an entry stands in its room's log. */
export interface Acknowledgement {
  id: string;
  room: string;
  seq: number;
  at: string;
}

interface Waiting {
  entry: OutboxEntry;
  sent: boolean;
  resolve?: (acknowledgement: Acknowledgement) => void;
  reject?: (error: unknown) => void;
}

/**
 * What waits for its acknowledgement. Of each room one entry is under way at a time: a refusal in the middle (too fast, a
 * database that is away) must not let the next one pass it.
 */
export class Outbox {
  readonly #rooms = new Map<string, Waiting[]>();
  readonly #transmit: (entry: OutboxEntry) => boolean;

  /** @param transmit sends an entry, or gives false while there is no connection */
  constructor(transmit: (entry: OutboxEntry) => boolean, entries: readonly OutboxEntry[] = []) {
    this.#transmit = transmit;
    for (const entry of entries) this.#queueOf(entry.room).push({ entry, sent: false });
  }

  get entries(): OutboxEntry[] {
    return [...this.#rooms.values()].flatMap((queue) => queue.map(({ entry }) => entry));
  }

  get isWaiting(): boolean {
    return [...this.#rooms.values()].some(([first]) => first?.sent);
  }

  /** Queues an entry; resolves when the server has it. */
  add(entry: OutboxEntry, signal?: AbortSignal): Promise<Acknowledgement> {
    const { promise, resolve, reject } = Promise.withResolvers<Acknowledgement>();
    const waiting: Waiting = { entry, sent: false, resolve, reject };
    const abort = () => {
      this.#remove(waiting);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    this.#queueOf(entry.room).push(waiting);
    this.#pump(entry.room);
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** A connection is there: everything goes out, in order. */
  resume(): void {
    for (const room of this.#rooms.keys()) this.#pump(room);
  }

  /** The connection is gone: what was under way has no answer, and will be sent again. */
  interrupt(): void {
    for (const queue of this.#rooms.values()) for (const waiting of queue) waiting.sent = false;
  }

  /** Sends a refused entry again, if it still waits. */
  retry(id: string, room: string | undefined): void {
    const waiting = this.#find(id, room);
    if (!waiting) return;
    waiting.sent = false;
    this.#pump(waiting.entry.room);
  }

  /** The server has it. Gives whether it waited. */
  acknowledge(acknowledgement: Acknowledgement): boolean {
    const waiting = this.#find(acknowledgement.id, acknowledgement.room);
    if (!waiting) return false;
    this.#remove(waiting);
    waiting.resolve?.(acknowledgement);
    return true;
  }

  /** The server will not have it. Gives the entry, if it waited. */
  refuse(id: string, room: string | undefined, error: ChatError): OutboxEntry | undefined {
    const waiting = this.#find(id, room);
    if (!waiting) return undefined;
    this.#remove(waiting);
    waiting.reject?.(error);
    return waiting.entry;
  }

  /** Rejects whoever waits; the entries stay, for a later client. */
  abandon(error: ChatError): void {
    for (const queue of this.#rooms.values()) {
      for (const waiting of queue) {
        waiting.reject?.(error);
        delete waiting.resolve;
        delete waiting.reject;
      }
    }
  }

  #queueOf(room: string): Waiting[] {
    const queue = this.#rooms.get(room) ?? [];
    this.#rooms.set(room, queue);
    return queue;
  }

  /** An id is a name within a room. Of a frame whose room makes no sense either it is one that is under way. */
  #find(id: string, room: string | undefined): Waiting | undefined {
    if (room !== undefined) return this.#rooms.get(room)?.find(({ entry }) => entry.id === id);
    return [...this.#rooms.values()].flat().find(({ entry, sent }) => sent && entry.id === id);
  }

  #remove(waiting: Waiting): void {
    const { room } = waiting.entry;
    const queue = (this.#rooms.get(room) ?? []).filter((each) => each !== waiting);
    if (queue.length > 0) this.#rooms.set(room, queue);
    else this.#rooms.delete(room);
    this.#pump(room);
  }

  #pump(room: string): void {
    const first = this.#rooms.get(room)?.[0];
    if (first && !first.sent) first.sent = this.#transmit(first.entry);
  }
}
