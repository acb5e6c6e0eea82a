import type { Random } from './random.ts';

/** A text of an account that was acknowledged not long ago. */
export interface RecentText {
  room: number;
  seq: number;
  at: number;
}

/** How many are remembered of an account, and for how long, in milliseconds: the product lets a text be changed for 15 minutes. */
const kept = 40;
const changeableMs = 300_000;

/** The newest texts of each account, which any of its devices may change. */
export class RecentTexts {
  readonly #byAccount = new Map<number, RecentText[]>();

  add(account: number, text: Omit<RecentText, 'at'>): void {
    const texts = this.#byAccount.get(account) ?? [];
    texts.push({ ...text, at: performance.now() });
    if (texts.length > kept) texts.shift();
    this.#byAccount.set(account, texts);
  }

  pick(account: number, random: Random): RecentText | undefined {
    const oldest = performance.now() - changeableMs;
    const texts = (this.#byAccount.get(account) ?? []).filter(({ at }) => at > oldest);
    // Mostly one of the very newest: so its devices change the same ones.
    return texts.length === 0 ? undefined : random.pick(random.chance(0.7) ? texts.slice(-3) : texts);
  }
}
