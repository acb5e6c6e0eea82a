/** By room: the last sequence that was shown. */
export type CursorValues = Record<string, number>;

/** How long an asked-for resumption may take before it is asked for again, in milliseconds. */
const resumeTimeoutMs = 5_000;

/** Rooms in one `sync` frame, which may have 16 KiB. */
const roomsPerSync = 250;

/** Where each room stands, and which message may be shown next: the one after the cursor, and no other. */
export class Cursors {
  readonly #last: Map<string, number>;
  readonly #asked = new Map<string, number>();

  constructor(values: CursorValues = {}) {
    this.#last = new Map(Object.entries(values));
  }

  get values(): CursorValues {
    return Object.fromEntries(this.#last);
  }

  has(room: string): boolean {
    return this.#last.has(room);
  }

  start(room: string, seq: number): void {
    this.#last.set(room, seq);
  }

  forget(room: string): void {
    this.#last.delete(room);
  }

  get(room: string): number | undefined {
    return this.#last.get(room);
  }

  clear(): void {
    this.#last.clear();
    this.#asked.clear();
  }

  /** Takes a message that arrived. `gap`: ask for what is missing; `wait`: that was asked for; `old`: shown before. */
  take(room: string, seq: number, now: number): 'show' | 'old' | 'gap' | 'wait' {
    const last = this.#last.get(room) ?? seq - 1;
    if (seq <= last) return 'old';
    if (seq > last + 1) {
      if ((this.#asked.get(room) ?? Number.NEGATIVE_INFINITY) > now - resumeTimeoutMs) return 'wait';
      this.#asked.set(room, now);
      return 'gap';
    }
    this.#asked.delete(room);
    this.#last.set(room, seq);
    return 'show';
  }

  /** The `rooms` of the `sync` frames that begin a connection. A room at its head needs no naming. */
  syncs(rooms: { id: string; head: number }[], now: number): CursorValues[] {
    const named = rooms
      .map(({ id, head }) => ({ id, head, last: this.#last.get(id) ?? head }))
      .filter(({ head, last }) => last !== head)
      .map(({ id, last }): [string, number] => [id, last]);
    // Until a later frame takes hold, such a room is delivered from its head: to be passed over, not asked for.
    this.#asked.clear();
    for (const [room] of named.slice(roomsPerSync)) this.#asked.set(room, now);
    return framesOf(named);
  }

  /** The same for every room, wherever it stands: where the server did not take the `sync` of before. */
  frames(): CursorValues[] {
    return framesOf([...this.#last]);
  }
}

function framesOf(named: [room: string, last: number][]): CursorValues[] {
  const frames: CursorValues[] = [];
  for (let index = 0; index === 0 || index < named.length; index += roomsPerSync) {
    frames.push(Object.fromEntries(named.slice(index, index + roomsPerSync)));
  }
  return frames;
}
