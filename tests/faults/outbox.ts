import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from './ledger.ts';
import type { Random } from './random.ts';
import { bodyOf, idOf, numbersOf } from './texts.ts';
import type { Traffic } from './traffic.ts';

/** Entries of one device that may wait for their acknowledgement. */
const limit = 24;

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
  readonly #account: number;
  readonly #rooms: ReadonlyMap<number, string>;
  readonly #traffic: Traffic;
  readonly #open = new Map<string, Open>();
  readonly #acknowledged: { id: string; room: number }[] = [];
  /** The longest time from an entry's first sending to its acknowledgement, in milliseconds. */
  longestWait = 0;

  constructor(device: { index: number; account: number; rooms: ReadonlyMap<number, string> }, traffic: Traffic) {
    this.#device = device.index;
    this.#account = device.account;
    this.#rooms = device.rooms;
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

  /** How many entries more may wait. */
  get space(): number {
    return Math.max(0, limit - this.#open.size);
  }

  /** A new entry for a room of the device: a text, unless it changes one. */
  add(room: number, by: 'socket' | 'http', change?: Change): string {
    const id = idOf(this.#device, this.#traffic.ledger.send(this.#device, room, change));
    const now = performance.now();
    this.#open.set(id, { room, by, sentAt: now, askedAt: now });
    return id;
  }

  /** A room of the device, as chance says. */
  aRoom(random: Random): number {
    return random.pick([...this.#rooms.keys()]);
  }

  acknowledge(id: string, room: number, seq: number): void {
    const [, number] = numbersOf(id);
    const { ledger, recent } = this.#traffic;
    ledger.acknowledge(this.#device, number, room, seq);
    if (!this.#close(id)) return;
    if (ledger.changeOf(this.#device, number) === undefined) recent.add(this.#account, { room, seq });
    this.#acknowledged.push({ id, room });
    if (this.#acknowledged.length > 50) this.#acknowledged.shift();
  }

  /** A change came too late: its text had been deleted. */
  refuse(id: string): void {
    const [, number] = numbersOf(id);
    this.#traffic.ledger.refuse(this.#device, number);
    this.#close(id);
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

  /** The frame that says what an entry says. */
  frameOf(id: string): object {
    const change = this.#traffic.ledger.changeOf(...numbersOf(id));
    const names = { id, room: this.roomIdOf(id), ...(change && { seq: change.target }) };
    if (change?.kind === 'deletion') return { type: 'delete', ...names };
    return { type: change ? 'edit' : 'send', ...names, body: bodyOf(id) };
  }

  /** Sends an entry by HTTP, again and again with the same id, until it is acknowledged. Sometimes the socket takes over. */
  async post(id: string, token: () => Promise<string | undefined>, random: Random): Promise<void> {
    const { api, ledger, passes } = this.#traffic;
    const change = ledger.changeOf(...numbersOf(id));
    for (; this.#open.get(id)?.by === 'http'; await delay(random.int(50, 500))) {
      const [room, pass] = [this.#open.get(id)?.room ?? 0, await token()];
      if (pass === undefined) continue;
      const path = `/v1/rooms/${this.#rooms.get(room)}/messages`;
      const [method, where] = change ? ['PATCH', `${path}/${change.target}`] : ['POST', path];
      const { suspended, spell } = passes.guest(this.#account);
      const answer = await api.ask(method, where, { token: pass, body: { id, body: bodyOf(id) } });
      if (answer === undefined) continue;
      const { status, body } = answer;
      if (status < 300) {
        passes.expectAdmitted(this.#account, { suspended, spell }, `wrote ${id}`);
        return this.acknowledge(id, room, body['seq'] as number);
      }
      if (body['code'] === 'message_not_changeable') return this.refuse(id);
      // Whoever is suspended may not write, and to him no room is there; later it may be.
      const mayBeSuspended = suspended !== 'no' || passes.guest(this.#account).spell !== spell;
      const isRight = mayBeSuspended && (body['code'] === 'account_suspended' || body['code'] === 'not_found');
      if (!isRight && status !== 500) ledger.violations.add('refused', `${id} got ${status} ${String(body['code'])}`);
    }
  }

  #close(id: string): boolean {
    const open = this.#open.get(id);
    if (open === undefined) return false;
    this.#open.delete(id);
    this.longestWait = Math.max(this.longestWait, performance.now() - open.sentAt);
    return true;
  }
}
