import type { JsonStorage } from './json-storage.ts';

/** An edit of an own message that was begun and not sent. */
export interface DraftEdit {
  seq: number;
  /** The text as it stands. */
  original: string;
  /** The text as it is to become. */
  body: string;
}

/** What is being written in one room: a new message, and perhaps an edit, which comes first. */
export interface Draft {
  body: string;
  edit?: DraftEdit | undefined;
}

/** What is being written, by room, kept by the browser: for a change of the room or the language, a reload, a closed tab. */
export class Drafts {
  readonly #storage: JsonStorage;
  /** Of this tab, which other tabs do not change under the fingers. */
  readonly #drafts = new Map<string, Draft>();

  constructor(storage: JsonStorage) {
    this.#storage = storage;
  }

  get(room: string): Draft {
    const draft = this.#drafts.get(room) ?? read(this.#storage.get(keyOf(room)));
    this.#drafts.set(room, draft);
    return draft;
  }

  set(room: string, draft: Draft): void {
    this.#drafts.set(room, draft);
    if (draft.body === '' && !draft.edit) this.#storage.remove(keyOf(room));
    else this.#storage.set(keyOf(room), draft);
  }
}

const keyOf = (room: string): string => `draft.${room}`;

function read(value: unknown): Draft {
  const { body, edit } = Object(value) as { body?: unknown; edit?: unknown };
  const { seq, original, body: changed } = Object(edit) as Partial<Record<string, unknown>>;
  return {
    body: typeof body === 'string' ? body : '',
    ...(typeof seq === 'number' &&
      typeof original === 'string' &&
      typeof changed === 'string' && { edit: { seq, original, body: changed } }),
  };
}
