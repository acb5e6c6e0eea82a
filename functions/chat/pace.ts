import type { AccountId, RoomId } from '../../schema/ids.ts';

/** So many at once, and so many a second from then on. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** Keys that are kept before those with a full bucket are forgotten for the first time. */
const pruneFrom = 1_000;

/** A token bucket for each key, kept as the one number that says it all: when it will be full again (GCRA). */
export class Buckets {
  /** Milliseconds in which one token comes, and in which an empty bucket fills. */
  readonly #token: number;
  readonly #bucket: number;
  readonly #fullAt = new Map<string, number>();
  #pruneAt = pruneFrom;

  constructor({ burst, perSecond }: Rate) {
    this.#token = 1000 / perSecond;
    this.#bucket = burst * this.#token;
  }

  /** Milliseconds until there is a token; 0: now. */
  wait(key: string, now: number): number {
    return Math.max(0, this.#fullAtOf(key, now) + this.#token - this.#bucket - now);
  }

  take(key: string, now: number): void {
    this.#fullAt.set(key, this.#fullAtOf(key, now) + this.#token);
    if (this.#fullAt.size > this.#pruneAt) this.#prune(now);
  }

  /** Never more than a whole bucket away, so that a clock which was set back locks nobody out. */
  #fullAtOf(key: string, now: number): number {
    return Math.min(Math.max(this.#fullAt.get(key) ?? 0, now), now + this.#bucket);
  }

  #prune(now: number): void {
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(key);
    this.#pruneAt = Math.max(pruneFrom, 2 * this.#fullAt.size);
  }
}

/** How fast an account may send frames: over all of its connections to this process, and to each room. */
export class Pace {
  readonly #accounts: Buckets;
  readonly #rooms: Buckets;
  readonly #typing = new Buckets({ burst: 1, perSecond: 1 });

  constructor({ accountRate, roomRate }: { accountRate: Rate; roomRate: Rate }) {
    this.#accounts = new Buckets(accountRate);
    this.#rooms = new Buckets(roomRate);
  }

  /** Counts a frame, to a room where it names one. Gives 0, or the milliseconds after which it may be sent again. */
  take(accountId: AccountId, roomId: RoomId | undefined, now: number): number {
    const key = roomId && pair(accountId, roomId);
    const wait = Math.max(this.#accounts.wait(accountId, now), key ? this.#rooms.wait(key, now) : 0);
    if (wait > 0) return wait;
    this.#accounts.take(accountId, now);
    if (key) this.#rooms.take(key, now);
    return 0;
  }

  /** Whether typing is news: once a second is enough for whoever watches. */
  isNewTyping(accountId: AccountId, roomId: RoomId, now: number): boolean {
    const key = pair(accountId, roomId);
    if (this.#typing.wait(key, now) > 0) return false;
    this.#typing.take(key, now);
    return true;
  }
}

const pair = (accountId: AccountId, roomId: RoomId): string => `${accountId} ${roomId}`;
