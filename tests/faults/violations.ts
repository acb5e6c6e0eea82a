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
  | 'view-duplicate'
  | 'view-hole'
  | 'view-differs'
  | 'view-foreign'
  | 'conflict-missed'
  | 'tail-late'
  | 'not-recovered'
  | 'process-died';

export interface Violation {
  kind: ViolationKind;
  what: string;
}

/** What was broken. The first ones are kept word for word, the rest is counted. */
export class Violations {
  readonly first: Violation[] = [];
  count = 0;
  readonly #found: (violation: Violation) => void;

  constructor(found: (violation: Violation) => void = () => {}) {
    this.#found = found;
  }

  add(kind: ViolationKind, what: string): void {
    this.count++;
    if (this.first.length >= 20) return;
    this.first.push({ kind, what });
    this.#found({ kind, what });
  }

  get any(): boolean {
    return this.count > 0;
  }
}
