import { bodyOf } from './texts.ts';

/** A text, as the edits and the deletion that a log holds have left it. */
export interface Standing {
  /** The entry whose text it has: itself, or its last edit. */
  id: string;
  /** Where its last change stands in the log. */
  changedAt: number;
  deleted: boolean;
}

/** What has become of the texts of one room that were changed, by the order of the log. A text that is not here is as it was sent. */
export class Texts {
  readonly #changed = new Map<number, Standing>();
  /** Those that have changed since they were last looked at. */
  readonly #fresh = new Set<number>();

  /** The next change in the log. */
  change(entry: { kind: 'edit' | 'deletion'; id: string; seq: number; target: number }): void {
    const { kind, id, seq, target } = entry;
    const earlier = this.#changed.get(target);
    const deleted = kind === 'deletion' || (earlier?.deleted ?? false);
    this.#changed.set(target, { id: kind === 'edit' ? id : (earlier?.id ?? ''), changedAt: seq, deleted });
    this.#fresh.add(target);
  }

  at(seq: number): Standing | undefined {
    return this.#changed.get(seq);
  }

  /** Texts that have changed since this was last called. */
  takeFresh(): number[] {
    const fresh = [...this.#fresh];
    this.#fresh.clear();
    return fresh;
  }

  /** How the text at `seq`, which was sent under this id, has to read. */
  bodyAt(seq: number, id: string): string {
    const standing = this.#changed.get(seq);
    if (standing === undefined) return bodyOf(id);
    return standing.deleted ? '' : bodyOf(standing.id || id);
  }
}
