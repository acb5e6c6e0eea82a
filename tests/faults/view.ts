import type { Ledger, Seen } from './ledger.ts';
import type { Random } from './random.ts';

/**
 * What one device has been shown, room by room: after each `sync` exactly the messages behind its cursors, in order, each
 * once. Anything else is a violation at once.
 */
export class View {
  readonly #ledger: Ledger;
  readonly #name: string;
  /** How far each room was seen. Undefined until the first connection. */
  readonly #cursors = new Map<number, number>();
  readonly rooms: number[];
  #connected = false;

  constructor(ledger: Ledger, name: string, rooms: number[]) {
    this.#ledger = ledger;
    this.#name = name;
    this.rooms = rooms;
  }

  /**
   * A new connection. Gives the cursors to name in `sync`: of every room, or, where chance says so, of most, an older one
   * for some; a room that is not named goes on from its head.
   */
  resume(heads: ReadonlyMap<number, number>, random: Random | undefined): Map<number, number> {
    if (heads.size !== this.rooms.length || this.rooms.some((room) => !heads.has(room))) {
      this.#ledger.violations.add('view-foreign', `${this.#name} was told of other rooms than its own`);
    }
    this.#connected = true;
    const named = new Map<number, number>();
    for (const room of this.rooms) {
      const known = this.#cursors.get(room) ?? 0;
      const forgets = random?.chance(0.01) ?? false;
      const goesBack = random?.chance(0.05) ?? false;
      const cursor = forgets
        ? (heads.get(room) ?? 0)
        : Math.max(0, known - (goesBack ? (random?.int(1, 300) ?? 0) : 0));
      this.#cursors.set(room, cursor);
      if (!forgets) named.set(room, cursor);
    }
    return named;
  }

  /** Goes back by some entries in some rooms. Gives the cursors to name. */
  rewind(random: Random, rooms: number, entries: number): Map<number, number> {
    const named = new Map<number, number>();
    for (const room of random.shuffled(this.rooms).slice(0, rooms)) {
      const cursor = Math.max(0, (this.#cursors.get(room) ?? 0) - entries);
      this.#cursors.set(room, cursor);
      named.set(room, cursor);
    }
    return named;
  }

  /** @param settled nothing has been sent since the whole log was read: texts are as they stand */
  receive(room: number, message: Seen, settled = false): void {
    const { violations } = this.#ledger;
    const cursor = this.#cursors.get(room);
    const where = `${message.id} at ${message.seq} of room ${room}`;
    if (cursor === undefined || !this.#connected) {
      violations.add('view-foreign', `${this.#name} was shown ${where}, and had not asked for it`);
      return;
    }
    if (message.seq <= cursor) violations.add('view-duplicate', `${this.#name} saw ${where} after ${cursor}`);
    if (message.seq > cursor + 1) violations.add('view-hole', `${this.#name} saw ${where} after ${cursor}`);
    this.#cursors.set(room, Math.max(cursor, message.seq));
    this.#ledger.see(room, message, this.#name, settled);
  }

  /** In words, the rooms where it has not reached this head yet. */
  behind(heads: readonly number[]): string[] {
    return this.rooms.flatMap((room) => {
      const [seen, head] = [this.#cursors.get(room) ?? 0, heads[room] ?? 0];
      return seen < head ? [`${this.#name} has seen ${seen} of ${head} in room ${room}`] : [];
    });
  }

  somewhere(random: Random): [room: number, seq: number] {
    const room = random.pick(this.rooms);
    return [room, this.#cursors.get(room) ?? 0];
  }
}
