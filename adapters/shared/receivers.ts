import type { Log } from '../../functions/ports.ts';

/** Who wants the payloads of which topic, within one process. */
export class Receivers {
  readonly #topics = new Map<string, Set<(payload: string) => void>>();
  readonly #log: Pick<Log, 'error'>;

  constructor(log: Pick<Log, 'error'>) {
    this.#log = log;
  }

  get topics(): string[] {
    return [...this.#topics.keys()];
  }

  /**
   * Adds a receiver; a function that is added twice receives twice.
   *
   * @returns removes it again, and says whether it was the topic's last one
   */
  add(topic: string, receive: (payload: string) => void): () => boolean {
    const receiver = (payload: string) => receive(payload);
    const receivers = this.#topics.get(topic) ?? new Set();
    receivers.add(receiver);
    this.#topics.set(topic, receivers);
    return () => {
      const isLast = receivers.delete(receiver) && receivers.size === 0;
      if (isLast) this.#topics.delete(topic);
      return isLast;
    };
  }

  /** One that throws keeps no other from its payload. */
  deliver(topic: string, payload: string): void {
    for (const receive of this.#topics.get(topic) ?? []) {
      try {
        receive(payload);
      } catch (error) {
        this.#log.error({ err: error, topic }, 'a hint could not be handled');
      }
    }
  }
}
