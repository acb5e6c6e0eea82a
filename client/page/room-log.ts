import type { ChatMessage } from '../chat-types.ts';

/** A text or system message as it reads now; what edits and deletions did is done. */
export type LoggedMessage = Omit<ChatMessage, 'room' | 'target'>;

/** An entry of a room's log, as the API and the chat give it. */
export type Entry = Omit<ChatMessage, 'room'>;

/**
 * What is known of a room's log: a part without gaps that ends at its head. Entries may be applied in any order, again or
 * not: live ones at the end, older pages at the beginning.
 */
export class RoomLog {
  readonly #shown = new Map<number, LoggedMessage>();
  /** By the message that they are about: the newest edit or deletion seen, for a message that may come later. */
  readonly #changes = new Map<number, Entry>();
  #sorted: LoggedMessage[] | undefined;
  #end = 0;

  /** In the order of the log. */
  get messages(): readonly LoggedMessage[] {
    return (this.#sorted ??= [...this.#shown.values()].toSorted((left, right) => left.seq - right.seq));
  }

  /** The greatest sequence of any entry so far; 0 before the first. */
  get end(): number {
    return this.#end;
  }

  apply(entry: Entry): void {
    this.#end = Math.max(this.#end, entry.seq);
    if (entry.kind === 'edit' || entry.kind === 'deletion') return this.#change(entry);
    const known = this.#shown.get(entry.seq);
    // Read again it is as new as the reading; told again, live, it may be older than what was read.
    if (known?.deletedAt !== undefined) return;
    this.#shown.set(entry.seq, entry);
    this.#sorted = undefined;
    const change = this.#changes.get(entry.seq);
    if (change) this.#change(change);
  }

  #change(change: Entry): void {
    const target = change.target ?? 0;
    const newest = this.#changes.get(target);
    if (newest && newest.seq > change.seq) return;
    this.#changes.set(target, change);
    const known = this.#shown.get(target);
    if (!known || known.deletedAt !== undefined) return;
    this.#shown.set(
      target,
      change.kind === 'deletion' || change.body === ''
        ? { ...known, body: '', deletedAt: change.at }
        : { ...known, body: change.body, editedAt: change.at },
    );
    this.#sorted = undefined;
  }
}
