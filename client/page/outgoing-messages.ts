import type { ChatClient } from '../chat.ts';
import { ChatError } from '../chat-error.ts';
import { newMessageId } from '../message-id.ts';
import type { OutboxEntry } from '../outbox.ts';
import type { OutboxStorage, StoredEntry } from './outbox-storage.ts';
import type { OutgoingMessage, RefusedChange, Refusal, Room } from './room.ts';
import type { TabLock } from './tab-lock.ts';

interface OutgoingMessagesOptions {
  chat: ChatClient;
  storage: OutboxStorage;
  tabLock: TabLock;
  roomOf: (id: string) => Room | undefined;
  onChange: () => void;
  onRefusedChange: (room: Room, change: RefusedChange) => void;
}

/**
 * What the account sends, edits and deletes: kept by the browser until the server has it, shown in its room meanwhile, and kept
 * on where the server refuses it. What another tab left when it was closed is sent by this one.
 */
export class OutgoingMessages {
  readonly #options: OutgoingMessagesOptions;
  /** By id; of those that are not sent yet, those of rooms that are not listed yet among them. */
  readonly #unsent = new Map<string, StoredEntry>();
  readonly #closing = new AbortController();
  readonly #watchedTabs = new Set<string>();

  constructor(options: OutgoingMessagesOptions) {
    this.#options = options;
  }

  /** How many wait to be sent. */
  get count(): number {
    return [...this.#unsent.values()].filter(({ refusal }) => !refusal).length;
  }

  start(): void {
    const { chat, storage, onChange } = this.#options;
    chat.on('sent', ({ id, room, seq }) => this.#onSent(id, room, seq));
    chat.on('refused', ({ entry, error }) => this.#onRefused(entry, error));
    for (const stored of storage.own()) this.#restore(stored);
    this.#takeOverFromClosedTabs();
    const { signal } = this.#closing;
    // Another tab keeps an entry: should that tab be closed, it is this one's to send.
    globalThis.addEventListener('storage', () => this.#takeOverFromClosedTabs(), { signal });
    onChange();
  }

  close(): void {
    this.#closing.abort();
  }

  /** Shows in a room, which has just been listed, what of it is unsent. */
  attach(room: Room): void {
    for (const stored of this.#unsent.values()) if (stored.entry.room === room.id) this.#show(room, stored);
  }

  /** @param files their ids */
  send(room: Room, body: string, files: readonly string[] = []): void {
    const content = files.length === 0 ? { body } : { ...(body !== '' && { body }), files };
    this.#add({ type: 'send', id: newMessageId(), room: room.id, ...content });
  }

  edit(room: Room, seq: number, body: string): void {
    this.#add({ type: 'edit', id: newMessageId(), room: room.id, seq, body });
  }

  remove(room: Room, seq: number): void {
    this.#add({ type: 'delete', id: newMessageId(), room: room.id, seq });
  }

  /** Sends a refused message again, under another id: the old one may belong to another content. */
  retry(room: Room, { entry }: OutgoingMessage): void {
    this.discard(room, entry.id);
    this.send(room, entry.body ?? '', entry.files);
  }

  /** Gives up what was refused. */
  discard(room: Room, id: string): void {
    this.#forget(id);
    room.removeOutgoing(id);
    this.#options.onChange();
  }

  #add(entry: OutboxEntry): void {
    this.#options.storage.add(entry);
    const stored = { entry, order: Date.now(), tab: this.#options.tabLock.tab };
    this.#restore(stored);
    this.#options.onChange();
  }

  /** Shows an entry, and sends it unless it was refused. `sent` and `refused` say what becomes of it. */
  #restore(stored: StoredEntry): void {
    const { entry, refusal } = stored;
    this.#unsent.set(entry.id, stored);
    const room = this.#options.roomOf(entry.room);
    if (room) this.#show(room, stored);
    if (!refusal) void this.#submit(entry);
  }

  async #submit(entry: OutboxEntry): Promise<void> {
    const { chat } = this.#options;
    const { id, room } = entry;
    try {
      if (entry.type === 'send') await chat.send(room, entry.body ?? '', { id, files: entry.files });
      else if (entry.type === 'edit') await chat.edit(room, entry.seq, entry.body, { id });
      else await chat.delete(room, entry.seq, { id });
    } catch (error) {
      // One that was kept for longer than its rules: the client itself does not send it.
      if (error instanceof ChatError && error.code === 'invalid_body') this.#onRefused(entry, error);
    }
  }

  #show(room: Room, { entry, refusal }: StoredEntry): void {
    const isShown = [...room.outgoing, ...room.refusedChanges].some((each) => each.entry.id === entry.id);
    if (isShown) return;
    if (entry.type === 'send') room.outgoing.push({ entry, refusal });
    else if (refusal) room.refusedChanges.push({ entry, refusal });
  }

  #onSent(id: string, roomId: string, seq: number): void {
    this.#forget(id);
    const outgoing = this.#options.roomOf(roomId)?.outgoing.find(({ entry }) => entry.id === id);
    if (outgoing) outgoing.seq = seq;
    this.#options.onChange();
  }

  #onRefused(entry: OutboxEntry, { code, reason }: Refusal): void {
    const { storage, roomOf, onChange, onRefusedChange } = this.#options;
    const stored = this.#unsent.get(entry.id);
    if (!stored || stored.refusal) return;
    const refusal = { code, reason };
    stored.refusal = refusal;
    storage.refuse(entry, refusal);
    const room = roomOf(entry.room);
    const outgoing = room?.outgoing.find((each) => each.entry.id === entry.id);
    if (outgoing) outgoing.refusal = refusal;
    if (room && entry.type !== 'send') {
      const change = { entry, refusal };
      room.refusedChanges.push(change);
      onRefusedChange(room, change);
    }
    onChange();
  }

  #takeOverFromClosedTabs(): void {
    const { storage, tabLock, onChange } = this.#options;
    const { signal } = this.#closing;
    for (const tab of storage.otherTabs()) {
      if (this.#watchedTabs.has(tab)) continue;
      this.#watchedTabs.add(tab);
      const takeOver = () => {
        this.#watchedTabs.delete(tab);
        if (signal.aborted) return;
        for (const stored of storage.takeOver(tab)) this.#restore(stored);
        onChange();
      };
      tabLock.whenClosed(tab, takeOver, signal);
    }
  }

  #forget(id: string): void {
    this.#unsent.delete(id);
    this.#options.storage.remove(id);
  }
}
