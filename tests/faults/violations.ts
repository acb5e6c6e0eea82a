/** Every way in which a promise can be broken. */
export type ViolationKind =
  | 'ack-lost'
  | 'ack-elsewhere'
  | 'ack-changed'
  | 'refused'
  | 'log-duplicate'
  | 'log-hole'
  | 'log-foreign'
  | 'log-differs'
  | 'log-short'
  | 'at-back'
  | 'view-duplicate'
  | 'view-hole'
  | 'view-differs'
  | 'view-foreign'
  | 'conflict-missed'
  | 'change-lost'
  | 'deleted-read'
  | 'mark-moved'
  | 'mark-back'
  | 'unread-wrong'
  | 'presence-wrong'
  | 'session-admitted'
  | 'session-outlived'
  | 'suspension-passed'
  | 'tail-late'
  | 'not-recovered'
  | 'process-died';

export interface Violation {
  kind: ViolationKind;
  what: string;
}

/** What was broken. All are counted by their kind; the first of each kind, and the first of all, are kept word for word. */
export class Violations {
  readonly first: Violation[] = [];
  readonly #counts = new Map<ViolationKind, number>();
  readonly #found: (violation: Violation) => void;

  constructor(found: (violation: Violation) => void = () => {}) {
    this.#found = found;
  }

  add(kind: ViolationKind, what: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count > 3 && this.first.length >= 20) return;
    this.first.push({ kind, what });
    this.#found({ kind, what });
  }

  get any(): boolean {
    return this.#counts.size > 0;
  }

  get count(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0);
  }

  /** What kinds there are, whichever was first. */
  get kinds(): ViolationKind[] {
    return [...this.#counts.keys()];
  }
}
