import type { Entry } from './room-log.ts';
import { isSaid } from './said.ts';

/** What the API says of a room, when it was asked. */
interface Counted {
  head: number;
  read: number;
  unread: number;
}

/**
 * How many texts of others a room has that the account has not read and that still stand: those that the API counted, and
 * those that came since.
 */
export class Unread {
  readonly #account: string;
  #counted: Counted;
  #read: number;
  /** Texts of others that came after what the API counted. */
  #since = new Set<number>();

  constructor(account: string, counted: Counted) {
    this.#account = account;
    this.#counted = { ...counted };
    this.#read = counted.read;
  }

  /** What the API says now; what was heard since it was asked may be newer. */
  recount(counted: Counted): void {
    this.#counted = { ...counted };
    this.#since = new Set([...this.#since].filter((seq) => seq > counted.head));
    this.readUpTo(counted.read);
  }

  get read(): number {
    return this.#read;
  }

  get count(): number {
    const { head, unread } = this.#counted;
    const since = [...this.#since].filter((seq) => seq > this.#read).length;
    return (this.#read < head ? unread : 0) + since;
  }

  /** Whether a part of what the API counted was read: it does not say how much of it is left. */
  get needsRecount(): boolean {
    const { head, read, unread } = this.#counted;
    return unread > 0 && this.#read > read && this.#read < head;
  }

  readUpTo(seq: number): void {
    this.#read = Math.max(this.#read, seq);
  }

  /** An entry of the log came. @param author who wrote the target of a deletion, where that is known */
  take(entry: Entry, author: string = entry.from): void {
    if (isSaid(entry) && entry.from !== this.#account) {
      if (entry.seq > this.#counted.head && entry.deletedAt === undefined) this.#since.add(entry.seq);
    } else if (entry.kind === 'deletion' && entry.target !== undefined && entry.seq > this.#counted.head) {
      if (this.#since.delete(entry.target) || author === this.#account) return;
      if (entry.target > this.#counted.read) this.#counted.unread = Math.max(0, this.#counted.unread - 1);
    }
  }
}
