import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import type { Violations } from './violations.ts';

export interface Answer {
  status: number;
  /** The answer's JSON; an empty object where it has none. */
  body: Record<string, unknown>;
}

export interface Question {
  token?: string;
  body?: object;
  /** A number that stands for the caller's address: limits count by it. */
  from?: number;
}

/** The product over HTTP, which may be away, and is not asked to be there. */
export class Api {
  readonly #origins: readonly string[];
  readonly #violations: Violations;
  readonly #doings: Tally;
  readonly #random: Random;

  /** @param origins the first one is the product's own: it believes what stands in `X-Forwarded-For` */
  constructor(origins: readonly string[], violations: Violations, doings: Tally, random: Random) {
    this.#origins = origins;
    this.#violations = violations;
    this.#doings = doings;
    this.#random = random;
  }

  /** One request. Undefined where nobody can say what became of it, or where it may be tried again: no answer, 408, 429, 502, 503, 504. */
  async ask(method: string, path: string, { token, body, from }: Question = {}): Promise<Answer | undefined> {
    const origin = from === undefined ? this.#random.pick(this.#origins) : this.#origins[0];
    try {
      const response = await fetch(`${origin}${path}`, {
        method,
        headers: {
          ...(body && { 'Content-Type': 'application/json' }),
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(from !== undefined && { 'X-Forwarded-For': `10.0.${from >> 8}.${from & 255}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(6_000),
      });
      const text = await response.text();
      const { status } = response;
      if (status >= 400) this.#doings.add(`HTTP ${status}`);
      if (status === 500) this.#violations.add('refused', `${method} ${path} got 500: ${text.slice(0, 200)}`);
      // A process that was frozen has not read in time what came in time (RFC 9110, section 15.5.9).
      if (status === 408 || status === 429 || status > 500) return undefined;
      return { status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
    } catch {
      this.#doings.add('HTTP failed');
      return undefined;
    }
  }

  /** The same request until it is answered; undefined where `signal` ends it before. */
  async insist(
    method: string,
    path: string,
    question: () => Promise<Question>,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    while (!signal.aborted) {
      const answer = await this.ask(method, path, await question());
      if (answer !== undefined) return answer;
      await new Promise((resolve) => void setTimeout(resolve, this.#random.int(50, 400)));
    }
    return undefined;
  }
}
