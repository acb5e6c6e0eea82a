import type { HttpClient } from '../http.ts';
import type { OutboxEntry } from '../outbox.ts';
import type { OutputOf } from '../routes.ts';
import { RoomLog } from './room-log.ts';
import type { Entry } from './room-log.ts';
import { Unread } from './unread.ts';

type RoomData = OutputOf<'GET /v1/rooms'>['items'][number];
export type Member = RoomData['members'][number];
export type Order = OutputOf<'GET /v1/orders/{orderId}'>;

/** A message of one's own that the log does not have yet. */
export interface Outgoing {
  entry: Extract<OutboxEntry, { type: 'send' }>;
  at: string;
  failed: boolean;
}

/** What the page knows of one room. */
export class Room {
  readonly id: string;
  readonly log = new RoomLog();
  readonly outgoing: Outgoing[] = [];
  orderId: string | null;
  order: Order | undefined;
  head: number;
  activeAt: string;
  last: Entry | undefined;
  members: Member[];
  typingUntil = 0;
  readonly #unread: Unread;
  /** Where the next older page begins; null at the beginning of the room, undefined before the first page. */
  #older: string | null | undefined;

  /** @param account whose page it is */
  constructor(data: RoomData, account: string) {
    this.id = data.id;
    this.orderId = data.orderId;
    this.head = data.head;
    this.#unread = new Unread(account, data);
    this.activeAt = data.activeAt;
    this.last = data.lastMessage ?? undefined;
    this.members = data.members;
  }

  /** What the API says now; what was heard since it was asked may be newer. */
  refresh(data: RoomData): void {
    this.members = data.members.map((member) => {
      const known = this.members.find(({ id }) => id === member.id);
      return { ...member, read: Math.max(member.read, known?.read ?? 0) };
    });
    this.#unread.recount(data);
    if (data.head >= this.head && data.lastMessage) this.last = data.lastMessage;
    this.head = Math.max(this.head, data.head);
  }

  get unread(): number {
    return this.#unread.count;
  }

  /** How far the account has read. */
  get read(): number {
    return this.#unread.read;
  }

  readUpTo(seq: number): void {
    this.#unread.readUpTo(seq);
  }

  get isComplete(): boolean {
    return this.#older === null;
  }

  get isLoaded(): boolean {
    return this.#older !== undefined;
  }

  others(account: string): Member[] {
    return this.members.filter(({ id }) => id !== account);
  }

  member(account: string): Member | undefined {
    return this.members.find(({ id }) => id === account);
  }

  apply(entry: Entry, account: string): void {
    this.#unread.take(entry, this.log.messages.find(({ seq }) => seq === entry.target)?.from);
    this.log.apply(entry);
    this.head = Math.max(this.head, entry.seq);
    if (entry.kind === 'text' || entry.kind === 'system') {
      if (entry.seq >= (this.last?.seq ?? 0)) this.last = entry;
      this.activeAt = entry.at;
    } else if (entry.target === this.last?.seq && this.last) {
      this.last = {
        ...this.last,
        body: entry.kind === 'edit' ? entry.body : '',
        ...(entry.kind === 'deletion' && { deletedAt: entry.at }),
      };
    }
    if (entry.from === account) {
      this.readUpTo(entry.seq);
      this.settle(entry.id);
    }
  }

  /** An own message stands in the log, or was given up. */
  settle(id: string): void {
    const index = this.outgoing.findIndex(({ entry }) => entry.id === id);
    if (index !== -1) this.outgoing.splice(index, 1);
  }

  /** Reads the next older page. */
  async loadOlder(http: HttpClient): Promise<void> {
    if (this.#older === null) return;
    const cursor = this.#older ?? undefined;
    const { items, nextCursor } = await http.call('GET /v1/rooms/{roomId}/messages', {
      params: { roomId: this.id },
      query: { limit: 40, ...(cursor !== undefined && { cursor }) },
    });
    for (const item of items) this.log.apply(item);
    this.#older = nextCursor;
  }
}
