import type { Violations } from './violations.ts';

interface Mark {
  /** The furthest that it is known to have stood. */
  accepted: number;
  /** The furthest that anybody asked for. */
  asked: number;
  /** Somebody asked for what is beyond the head, wherever that was. */
  beyond: boolean;
}

/** Read marks as reading alone moves them: by account and room, how far each was asked to go, and how far it is known to have gone. */
export class Marks {
  readonly #violations: Violations;
  readonly #marks = new Map<string, Mark>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** An account is about to say that it has read a room up to `seq`; `beyond` where that is further than its head can be. */
  ask(account: number, room: number, seq: number, beyond = false): void {
    const mark = this.#of(account, room);
    if (beyond) mark.beyond = true;
    else mark.asked = Math.max(mark.asked, seq);
  }

  /** How far the mark is known to have gone: whoever looks from now on finds it there, or further. */
  accepted(account: number, room: number): number {
    return this.#of(account, room).accepted;
  }

  /**
   * A mark was seen.
   *
   * @param least where it has to be at least, because it was known to be there before whoever says this looked
   */
  see(account: number, room: number, seq: number, by: string, least = 0): void {
    const mark = this.#of(account, room);
    const where = `the mark of account ${account} in room ${room}`;
    if (seq < least) this.#violations.add('mark-back', `${by} says ${seq} of ${where}, which was at ${least}`);
    if (seq > mark.asked && !mark.beyond) {
      this.#violations.add('mark-moved', `${by} says ${seq} of ${where}, which read up to ${mark.asked}`);
    }
    mark.accepted = Math.max(mark.accepted, seq);
  }

  /** Nothing is under way, and the room ends at `head`: a mark that was to go beyond it is there at most. */
  settle(account: number, room: number, seq: number, head: number, by: string): void {
    this.see(account, room, seq, by, this.accepted(account, room));
    const mark = this.#of(account, room);
    if (seq > head) {
      this.#violations.add(
        'mark-moved',
        `${by} says ${seq} of account ${account} in room ${room}, which ends at ${head}`,
      );
    }
    if (mark.beyond) Object.assign(mark, { beyond: false, asked: Math.max(mark.asked, head) });
  }

  #of(account: number, room: number): Mark {
    const key = `${account} ${room}`;
    let mark = this.#marks.get(key);
    if (mark === undefined) this.#marks.set(key, (mark = { accepted: 0, asked: 0, beyond: false }));
    return mark;
  }
}
