import type { Session } from '../../functions/chat/session.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import type { Attachment } from './attachment.ts';
import { CursorStore } from './cursor-store.ts';

/** One open socket of an inbox. */
export interface OpenSocket {
  readonly socket: WebSocket;
  readonly session: Session;
  readonly cursors: CursorStore;
  readonly ids: Pick<Attachment, 'connectionId' | 'requestId'>;
  /** When its session wants to be looked at, in milliseconds since 1970. */
  wakeAt: number | undefined;
}

const overflowKey = (connectionId: string): string => `cursors ${connectionId}`;

/**
 * The open sockets of an inbox. What a connection needs to go on after a sleep is written into its socket's attachment at the
 * end of each turn in which it changed: the object may be forgotten after any of them.
 */
export class OpenSockets {
  readonly #kv: SyncKvStorage;
  readonly #sweepAt: () => number;
  readonly #onSave: () => void;
  readonly #bySocket = new Map<WebSocket, OpenSocket>();
  readonly #bySession = new Map<Session, OpenSocket>();
  readonly #changed = new Set<Session>();
  readonly #moved = new Set<RoomId>();
  #saving = false;

  /**
   * @param sweepAt when the inbox compares its rooms next, which the attachments hold too
   * @param onSave called whenever attachments have been written
   */
  constructor(kv: SyncKvStorage, sweepAt: () => number, onSave: () => void) {
    this.#kv = kv;
    this.#sweepAt = sweepAt;
    this.#onSave = onSave;
  }

  get size(): number {
    return this.#bySocket.size;
  }

  get all(): Iterable<OpenSocket> {
    return this.#bySocket.values();
  }

  /** The account of this inbox, once a connection has said it. */
  get accountId(): AccountId | undefined {
    for (const { principal } of this.#bySession.keys()) if (principal) return principal.accountId;
    return undefined;
  }

  of(socket: WebSocket): OpenSocket | undefined {
    return this.#bySocket.get(socket);
  }

  add(opened: OpenSocket): void {
    this.#bySocket.set(opened.socket, opened);
    this.#bySession.set(opened.session, opened);
  }

  remove({ socket, session, cursors, ids }: OpenSocket): void {
    this.#bySocket.delete(socket);
    this.#bySession.delete(session);
    if (cursors.overflowed) this.#kv.delete(overflowKey(ids.connectionId));
  }

  /** Whether one of the sockets' sessions follows the room. */
  follow(roomId: RoomId): boolean {
    for (const { subscriptions } of this.#bySession.keys()) if (subscriptions.has(roomId)) return true;
    return false;
  }

  changed(session: Session): void {
    this.#changed.add(session);
    this.#saveSoon();
  }

  cursorMoved(roomId: RoomId): void {
    this.#moved.add(roomId);
    this.#saveSoon();
  }

  /** What all of them hold has changed. */
  allChanged(): void {
    for (const session of this.#bySession.keys()) this.changed(session);
  }

  /** Where the cursors of one connection are kept. */
  cursorsOf(connectionId: string, attached?: { cursors: Uint8Array; overflowed: boolean }): CursorStore {
    const key = overflowKey(connectionId);
    const overflow = {
      read: () => this.#kv.get<Uint8Array>(key),
      write: (bytes: Uint8Array) => this.#kv.put(key, bytes),
    };
    return new CursorStore(overflow, attached);
  }

  /** Deletes what connections have left in storage that ended with an earlier life of this object. */
  clearOverflow(): void {
    const kept = new Set(Array.from(this.all, ({ ids }) => overflowKey(ids.connectionId)));
    for (const [key] of this.#kv.list({ prefix: overflowKey('') })) if (!kept.has(key)) this.#kv.delete(key);
  }

  #saveSoon(): void {
    if (this.#saving) return;
    this.#saving = true;
    queueMicrotask(() => this.#save());
  }

  #save(): void {
    this.#saving = false;
    for (const roomId of this.#moved) {
      for (const { session, cursors } of this.all) {
        const subscription = session.subscriptions.get(roomId);
        if (subscription === undefined) continue;
        cursors.set(subscription.feed.cursorOf(subscription.subscriber));
        this.#changed.add(session);
      }
    }
    this.#moved.clear();
    for (const session of this.#changed) {
      const opened = this.#bySession.get(session);
      const { snapshot } = session;
      if (opened === undefined || snapshot === undefined) continue;
      const { socket, cursors, ids } = opened;
      const bytes = cursors.bytes();
      const attachment: Attachment = {
        ...snapshot,
        ...ids,
        cursors: bytes,
        overflowed: cursors.overflowed,
        sweepAt: this.#sweepAt(),
      };
      socket.serializeAttachment(attachment);
    }
    this.#changed.clear();
    if (this.size > 0) this.#onSave();
  }
}
