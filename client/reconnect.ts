/** What follows the end of a connection. */
export type AfterClose =
  | { do: 'stop'; code: 'session_ended' | 'refused' }
  | { do: 'retry'; pause: 'none' | 'growing' | 'long'; fresh: boolean };

/** By the close codes of docs/chat-protocol.md. */
export function afterClose(closeCode: number): AfterClose {
  switch (closeCode) {
    case 1002:
    case 1007:
    case 1009:
      return { do: 'stop', code: 'refused' };
    case 4403:
      return { do: 'stop', code: 'session_ended' };
    case 4401:
      return { do: 'retry', pause: 'none', fresh: true };
    case 4409:
      return { do: 'retry', pause: 'none', fresh: false };
    case 1008:
    case 4429:
      return { do: 'retry', pause: 'long', fresh: false };
    default:
      return { do: 'retry', pause: 'growing', fresh: false };
  }
}

/** Pauses that double, each spread over its upper half, so that clients that were cut together come back apart. */
export class Backoff {
  readonly #fromMs: number;
  readonly #toMs: number;
  #attempt = 0;

  constructor({ fromMs, toMs }: { fromMs: number; toMs: number }) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** The next pause, in milliseconds. */
  next(kind: 'growing' | 'long' = 'growing'): number {
    const whole = kind === 'long' ? this.#toMs : Math.min(this.#toMs, this.#fromMs * 2 ** this.#attempt);
    this.#attempt++;
    return whole * (0.5 + Math.random() / 2);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
