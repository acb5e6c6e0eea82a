type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * A part of the browser's storage: the keys with a prefix, and JSON under each. A browser that keeps nothing, or has no room
 * left, costs what would have been kept, and nothing else.
 */
export class JsonStorage {
  readonly #store: Store;
  readonly prefix: string;

  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.prefix = prefix;
  }

  /** What is kept, whatever it is: other scripts and older pages write there too. */
  get(key: string): unknown {
    try {
      return JSON.parse(this.#store.getItem(this.prefix + key) ?? 'null');
    } catch {
      return null;
    }
  }

  set(key: string, value: unknown): void {
    try {
      this.#store.setItem(this.prefix + key, JSON.stringify(value));
    } catch {
      // Not kept.
    }
  }

  remove(key: string): void {
    try {
      this.#store.removeItem(this.prefix + key);
    } catch {
      // Nothing was kept.
    }
  }

  /** The keys in use, without the prefix. */
  keys(): string[] {
    try {
      const all = Array.from({ length: this.#store.length }, (_, index) => this.#store.key(index) ?? '');
      return all.filter((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
    } catch {
      return [];
    }
  }

  clear(): void {
    for (const key of this.keys()) this.remove(key);
  }
}

/** What an account wrote and did not send yet, in this browser. Removed when it logs out. */
export const accountStorage = (store: Store, account: string): JsonStorage =>
  new JsonStorage(store, `kingbus.account.${account}.`);
