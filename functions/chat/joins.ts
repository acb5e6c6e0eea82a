import type { RoomId } from '../../schema/ids.ts';
import type { Log } from '../ports.ts';
import { limits } from './limits.ts';

/**
 * Rooms that a connection was told to join. They wait until it is ready, and one that cannot be opened yet, because the
 * database does not answer, is tried again after a pause.
 */
export class Joins {
  readonly #log: Log;
  readonly #join: (room: RoomId) => Promise<void>;
  readonly #waiting = new Set<RoomId>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: 'waiting' | 'started' | 'stopped' = 'waiting';

  /** @param join joins a room now, or rejects */
  constructor(log: Log, join: (room: RoomId) => Promise<void>) {
    this.#log = log;
    this.#join = join;
  }

  add(room: RoomId): void {
    if (this.#state === 'started') void this.#try(room);
    else if (this.#state === 'waiting') this.#waiting.add(room);
  }

  /** The connection is ready. */
  start(): void {
    this.#state = 'started';
    this.#tryAll();
  }

  /** The connection has ended. */
  stop(): void {
    this.#state = 'stopped';
    clearTimeout(this.#timer);
  }

  async #try(room: RoomId): Promise<void> {
    try {
      await this.#join(room);
    } catch (error) {
      if (this.#state === 'stopped') return;
      this.#log.warn({ err: error, room }, 'a room could not be joined yet');
      this.#waiting.add(room);
      this.#timer ??= setTimeout(() => this.#tryAll(), limits.retryMs);
    }
  }

  #tryAll(): void {
    this.#timer = undefined;
    const rooms = [...this.#waiting];
    this.#waiting.clear();
    for (const room of rooms) void this.#try(room);
  }
}
