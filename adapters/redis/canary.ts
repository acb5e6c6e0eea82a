/** How often it flies, in milliseconds, and how many may be out at once: a second of silence is a dead line. */
const interval = 250;
const patience = 4;

/**
 * Flies from the publishing connection through Redis to the subscribing one, again and again: a subscription that died
 * without a word is noticed by what does not come back. Flights are counted rather than timed, so that a process that
 * stood still itself blames nobody.
 */
export class Canary {
  #out = 0;
  readonly #timer: ReturnType<typeof setInterval>;

  /**
   * @param fly sends one on its way, unless the line is known to be down: then it says false
   * @param missed none came back for a second
   */
  constructor(fly: () => boolean, missed: () => void) {
    this.#timer = setInterval(() => {
      if (this.#out >= patience) {
        this.#out = 0;
        missed();
      } else if (fly()) {
        this.#out++;
      }
    }, interval);
    this.#timer.unref?.();
  }

  /** One came back, or the line is new. */
  back(): void {
    this.#out = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
