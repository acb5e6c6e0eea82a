import type { ChatError } from '../chat-error.ts';
import type { OutboxEntry } from '../outbox.ts';
import type { JsonStorage } from './json-storage.ts';
import type { Refusal } from './room.ts';

/** An entry of the outbox as the browser keeps it. */
export interface StoredEntry {
  entry: OutboxEntry;
  /** Its place among the others: greater than that of any entry before it. */
  order: number;
  /** The tab that sends it. */
  tab: string;
  /** Set where the server refused it: a person decides what becomes of it. */
  refusal?: Refusal | undefined;
}

/**
 * What one account has not sent yet, kept by the browser until the server has it. Every entry has a key of its own, so that tabs
 * which write at the same time take nothing from each other; each belongs to the tab that wrote it, or took it over.
 */
export class OutboxStorage {
  readonly #storage: JsonStorage;
  readonly #tab: string;
  #lastOrder = 0;

  /** @param tab this tab's own name */
  constructor(storage: JsonStorage, tab: string) {
    this.#storage = storage;
    this.#tab = tab;
  }

  add(entry: OutboxEntry): void {
    this.#lastOrder = Math.max(this.#lastOrder + 1, Date.now());
    this.#save({ entry, order: this.#lastOrder, tab: this.#tab });
  }

  refuse(entry: OutboxEntry, refusal: Refusal): void {
    const stored = read(this.#storage.get(keyOf(entry.id)));
    this.#save({ entry, order: stored?.order ?? Date.now(), tab: this.#tab, refusal });
  }

  remove(id: string): void {
    this.#storage.remove(keyOf(id));
  }

  /** How many entries there are, of all tabs. */
  get size(): number {
    return this.#all().length;
  }

  /** This tab's entries, in order. */
  own(): StoredEntry[] {
    return this.#all().filter(({ tab }) => tab === this.#tab);
  }

  /** The other tabs that have entries. */
  otherTabs(): Set<string> {
    return new Set(this.#all().flatMap(({ tab }) => (tab === this.#tab ? [] : [tab])));
  }

  /** Makes the entries of another tab, which is closed, this one's. Gives them in order. */
  takeOver(tab: string): StoredEntry[] {
    const taken = this.#all().filter((each) => each.tab === tab);
    for (const each of taken) this.#save({ ...each, tab: this.#tab });
    return taken;
  }

  #all(): StoredEntry[] {
    return this.#storage
      .keys()
      .filter((key) => key.startsWith(prefix))
      .flatMap((key) => read(this.#storage.get(key)) ?? [])
      .toSorted((left, right) => left.order - right.order);
  }

  #save(stored: StoredEntry): void {
    this.#storage.set(keyOf(stored.entry.id), stored);
  }
}

const prefix = 'outbox.';
const keyOf = (id: string): string => prefix + id;

type Unknown<Type> = Partial<Record<keyof Type, unknown>>;

function read(value: unknown): StoredEntry | undefined {
  const { entry, order, tab, refusal } = Object(value) as Unknown<StoredEntry>;
  if (!isEntry(entry) || typeof order !== 'number' || typeof tab !== 'string') return undefined;
  const { code, reason } = Object(refusal) as Unknown<Refusal>;
  if (typeof code !== 'string') return { entry, order, tab };
  return {
    entry,
    order,
    tab,
    refusal: { code: code as ChatError['code'], ...(typeof reason === 'string' && { reason }) },
  };
}

function isEntry(value: unknown): value is OutboxEntry {
  const { type, id, room, body, seq, files } = Object(value) as Partial<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof room !== 'string') return false;
  switch (type) {
    case 'send':
      if (files === undefined) return typeof body === 'string';
      return Array.isArray(files) && files.every((each) => typeof each === 'string');
    case 'edit':
      return typeof body === 'string' && typeof seq === 'number';
    case 'delete':
      return typeof seq === 'number';
    default:
      return false;
  }
}
