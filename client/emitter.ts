/** Calls listeners by event name, in the order in which they were added. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();

  /** Calls `listener` at each such event. Gives what ends that. */
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  protected emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    // Those of now: one that is added by another hears of the next event.
    const listeners = Array.from(this.#listeners.get(name) ?? []);
    for (const listener of listeners) {
      try {
        (listener as (value: Events[Name]) => void)(value);
      } catch (error) {
        // A listener's fault is its owner's to see, and must not keep the others from the event.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
