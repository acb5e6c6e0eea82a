import { setTimeout as delay } from 'node:timers/promises';
import type { Traffic } from './traffic.ts';
import { bodyOf, idOf, numbersOf } from './ledger.ts';
import type { Random } from './random.ts';

/** Messages of one device that may wait for their acknowledgement. */
export const outboxLimit = 24;

interface Open {
  room: number;
  by: 'socket' | 'http';
  /** When it was sent first, and when last; in milliseconds of `performance.now()`. */
  sentAt: number;
  askedAt: number;
}

/** What a device has sent and not been told of, and a few of those it was told of. */
export class Outbox {
  readonly #device: number;
  readonly #rooms: ReadonlyMap<number, string>;
  readonly #traffic: Traffic;
  readonly #open = new Map<string, Open>();
  readonly #acknowledged: { id: string; room: number }[] = [];
  /** The longest time from a message's first sending to its acknowledgement, in milliseconds. */
  longestWait = 0;

  constructor(device: number, rooms: ReadonlyMap<number, string>, traffic: Traffic) {
    this.#device = device;
    this.#rooms = rooms;
    this.#traffic = traffic;
  }

  get size(): number {
    return this.#open.size;
  }

  has(id: string): boolean {
    return this.#open.has(id);
  }

  open(by: 'socket' | 'http'): string[] {
    return [...this.#open].filter(([, each]) => each.by === by).map(([id]) => id);
  }

  /** A new message for a room of the device. */
  add(random: Random, by: 'socket' | 'http'): string {
    const room = random.pick([...this.#rooms.keys()]);
    const id = idOf(this.#device, this.#traffic.ledger.send(this.#device, room));
    const now = performance.now();
    this.#open.set(id, { room, by, sentAt: now, askedAt: now });
    return id;
  }

  acknowledge(id: string, room: number, seq: number): void {
    const [, number] = numbersOf(id);
    this.#traffic.ledger.acknowledge(this.#device, number, room, seq);
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    this.longestWait = Math.max(this.longestWait, performance.now() - open.sentAt);
    this.#acknowledged.push({ id, room });
    if (this.#acknowledged.length > 50) this.#acknowledged.shift();
  }

  asked(id: string): void {
    const open = this.#open.get(id);
    if (open) open.askedAt = performance.now();
  }

  /** How long an answer on the socket is due, at most, in milliseconds. */
  longestDue(): number {
    const now = performance.now();
    let due = 0;
    for (const { by, askedAt } of this.#open.values()) if (by === 'socket') due = Math.max(due, now - askedAt);
    return due;
  }

  anAcknowledged(random: Random): string | undefined {
    return this.#acknowledged.length === 0 ? undefined : random.pick(this.#acknowledged).id;
  }

  roomIdOf(id: string): string {
    const room = this.#open.get(id)?.room ?? this.#acknowledged.find((each) => each.id === id)?.room;
    return (room !== undefined && this.#rooms.get(room)) || '';
  }

  /** Sends a message by HTTP, again and again with the same id, until it is acknowledged. Sometimes the socket takes over. */
  async post(id: string, token: () => Promise<string>, random: Random): Promise<void> {
    while (this.#open.get(id)?.by === 'http') {
      const open = this.#open.get(id);
      if (open === undefined) return;
      try {
        const response = await fetch(
          `${random.pick(this.#traffic.httpOrigins)}/v1/rooms/${this.#rooms.get(open.room)}/messages`,
          {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await token()}` },
            body: JSON.stringify({ id, body: bodyOf(...numbersOf(id)) }),
            signal: AbortSignal.timeout(6_000),
          },
        );
        const answer = (await response.json()) as { seq: number; code?: string };
        if (response.ok) return this.acknowledge(id, open.room, answer.seq);
        this.#traffic.doings.add(`HTTP ${response.status}`);
        if ((response.status < 500 && response.status !== 429) || response.status === 500) {
          this.#traffic.ledger.violations.add('refused', `${id} got ${response.status} ${answer.code}`);
        }
      } catch {
        this.#traffic.doings.add('HTTP failed');
      }
      await delay(random.int(50, 500));
    }
  }
}
