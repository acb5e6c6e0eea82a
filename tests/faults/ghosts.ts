import type { Violations } from './violations.ts';

/** A connection that stands although its session has ended. Nobody but the server closes it. */
interface Ghost {
  readonly name: string;
  readonly isOpen: boolean;
  terminate(): void;
}

/** Connections of sessions that have ended: the server has to end them soon, whatever hint was lost. */
export class Ghosts {
  readonly #ghosts = new Map<Ghost, number>();
  readonly #violations: Violations;
  /** How many there have been. */
  count = 0;

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  add(ghost: Ghost): void {
    this.count++;
    this.#ghosts.set(ghost, performance.now());
  }

  /** How many are still open. */
  get open(): number {
    for (const ghost of this.#ghosts.keys()) if (!ghost.isOpen) this.#ghosts.delete(ghost);
    return this.#ghosts.size;
  }

  /** Those that are open now should not be. */
  expectNone(): void {
    if (this.open === 0) return;
    const now = performance.now();
    for (const [{ name }, since] of this.#ghosts) {
      const seconds = ((now - since) / 1_000).toFixed(1);
      this.#violations.add('session-outlived', `${name} is open ${seconds} s after its session ended`);
    }
    this.end();
  }

  end(): void {
    for (const ghost of this.#ghosts.keys()) ghost.terminate();
    this.#ghosts.clear();
  }
}
