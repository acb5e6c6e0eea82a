/** One that is watched: what happens when its time is up. */
export interface Watched {
  readonly until: number;
  readonly onOverdue: () => void;
}

/** Bounds how long each of many statements may take, the same for all, by one timer: whoever began first is overdue first. */
export class Watchdog {
  readonly #withinMs: number;
  readonly #watched = new Set<Watched>();
  readonly #restsWhenIdle: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param restsWhenIdle no timer is left where nothing is watched: it would keep an object of the edge awake. On Node a timer costs more than one that rings in vain */
  constructor(withinMs: number, { restsWhenIdle }: { restsWhenIdle: boolean }) {
    this.#withinMs = withinMs;
    this.#restsWhenIdle = restsWhenIdle;
  }

  /** Calls `onOverdue` once its time is up, unless it was let go before. */
  watch(onOverdue: () => void): Watched {
    const watched = { until: performance.now() + this.#withinMs, onOverdue };
    this.#watched.add(watched);
    if (this.#timer === undefined) this.#lookIn(this.#withinMs);
    return watched;
  }

  letGo(watched: Watched): void {
    this.#watched.delete(watched);
    if (!this.#restsWhenIdle || this.#watched.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(this.#look, ms);
    // A connection under way keeps the process; this alone does not.
    if (!this.#restsWhenIdle) this.#timer.unref();
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    for (const watched of this.#watched) {
      if (watched.until > now) {
        this.#lookIn(watched.until - now);
        return;
      }
      this.#watched.delete(watched);
      watched.onOverdue();
    }
  };
}
