/** How often one is sent, in milliseconds, and how many may be unanswered at once: a second of silence is a dead line. */
const interval = 250;
const unansweredAtMost = 4;

/**
 * A heartbeat over a connection to Redis: a connection that died without a word is noticed by what does not come back. Pings
 * are counted rather than timed, so that a process that stood still itself blames nobody.
 */
export class Canary {
  #unanswered = 0;
  readonly #timer: ReturnType<typeof setInterval>;

  /**
   * @param ping sends one, unless the connection is known to be down: then it says false
   * @param onSilence none was answered for a second
   */
  constructor(ping: () => boolean, onSilence: () => void) {
    this.#timer = setInterval(() => {
      if (this.#unanswered >= unansweredAtMost) {
        this.#unanswered = 0;
        onSilence();
      } else if (ping()) {
        this.#unanswered++;
      }
    }, interval);
    this.#timer.unref?.();
  }

  /** One was answered, or the connection is new. */
  pong(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
