import type { OutboxEntry } from '../outbox.ts';

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** What one account has not sent yet, kept by the browser for a reload of the page. */
export class OutboxStorage {
  readonly #store: Store;
  readonly #key: string;

  constructor(store: Store, account: string) {
    this.#store = store;
    this.#key = `kingbus.outbox.${account}`;
  }

  /** Nothing, where nothing was kept, or what was kept is none of ours: other scripts and older pages write there too. */
  load(): OutboxEntry[] {
    try {
      const kept: unknown = JSON.parse(this.#store.getItem(this.#key) ?? '[]');
      return Array.isArray(kept) ? kept.filter(isEntry) : [];
    } catch {
      return [];
    }
  }

  /** A browser that keeps nothing, or has no room left, costs a reload its unsent messages, and nothing else. */
  save(entries: readonly OutboxEntry[]): void {
    try {
      this.#store.setItem(this.#key, JSON.stringify(entries));
    } catch {
      // Not kept.
    }
  }
}

function isEntry(value: unknown): value is OutboxEntry {
  const { type, id, room, body, seq } = Object(value) as Partial<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof room !== 'string') return false;
  switch (type) {
    case 'send':
      return typeof body === 'string';
    case 'edit':
      return typeof body === 'string' && typeof seq === 'number';
    case 'delete':
      return typeof seq === 'number';
    default:
      return false;
  }
}
