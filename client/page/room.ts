import type { ChatError } from '../chat-error.ts';
import type { HttpClient } from '../http.ts';
import type { OutboxEntry } from '../outbox.ts';
import type { OutputOf } from '../routes.ts';
import { RoomLog } from './room-log.ts';
import type { Entry } from './room-log.ts';
import { isSaid } from './said.ts';
import { Unread } from './unread.ts';

type RoomData = OutputOf<'GET /v1/rooms'>['items'][number];
/** A member; `online` is null while nobody can tell: the server where Redis does not answer, or the page without a connection. */
export type Member = RoomData['members'][number];
export type Order = OutputOf<'GET /v1/orders/{orderId}'>;

/** Why the server will not have a message or a change: `reason` says what is wrong with its content. */
export interface Refusal {
  code: ChatError['code'];
  reason?: string | undefined;
}

/** A message of one's own that the log does not have yet. */
export interface OutgoingMessage {
  entry: Extract<OutboxEntry, { type: 'send' }>;
  refusal?: Refusal | undefined;
  /** Where the server put it, once it is acknowledged. */
  seq?: number;
}

/** An edit or a deletion that the server refused. */
export interface RefusedChange {
  entry: Exclude<OutboxEntry, { type: 'send' }>;
  refusal: Refusal;
}

/** What the page knows of one room. */
export class Room {
  readonly id: string;
  readonly log = new RoomLog();
  readonly outgoing: OutgoingMessage[] = [];
  readonly refusedChanges: RefusedChange[] = [];
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
    this.activeAt = activeAtOf(data);
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
    if (activeAtOf(data) > this.activeAt) this.activeAt = activeAtOf(data);
    if (data.head >= this.head && data.lastMessage) this.last = data.lastMessage;
    this.head = Math.max(this.head, data.head);
  }

  get unread(): number {
    return this.#unread.count;
  }

  /** Whether another device read a part of what the API counted, so that it has to be asked again. */
  get needsRecount(): boolean {
    return this.#unread.needsRecount;
  }

  /** How far the log is shown once its newest page is read: reading up to there is reading everything. */
  get shownUpTo(): number {
    return this.isLoaded ? this.log.end : 0;
  }

  /** Messages of one's own that are to be shown after the log. */
  unsentMessages(account: string): OutgoingMessage[] {
    return this.outgoing.filter(({ entry, seq }) => {
      if (seq !== undefined && seq <= this.log.end) return false;
      return !this.log.messages.some(({ id, from }) => id === entry.id && from === account);
    });
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
    if (isSaid(entry) || entry.kind === 'system') {
      if (entry.seq >= (this.last?.seq ?? 0)) this.last = entry;
      this.activeAt = entry.at;
    } else if (entry.target === this.last?.seq && this.last) {
      this.last = {
        ...this.last,
        body: entry.kind === 'edit' ? entry.body : '',
        ...(entry.kind === 'deletion' && { deletedAt: entry.at }),
      };
    }
    if (entry.from === account) this.removeOutgoing(entry.id);
  }

  /** Forgets a message or a change of one's own that waited: it is in the log, or was given up. */
  removeOutgoing(id: string): void {
    for (const list of [this.outgoing, this.refusedChanges]) {
      const index = list.findIndex(({ entry }) => entry.id === id);
      if (index !== -1) list.splice(index, 1);
    }
  }

  /** Without a connection nobody tells who comes and goes. */
  forgetPresence(): void {
    for (const member of this.members) member.online = null;
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

/** The API tells it to the second; the newest message, where that is what was new, to the millisecond. */
function activeAtOf({ activeAt, lastMessage }: RoomData): string {
  const isNews = lastMessage !== null && (isSaid(lastMessage) || lastMessage.kind === 'system');
  return isNews && lastMessage.at > activeAt ? lastMessage.at : activeAt;
}
