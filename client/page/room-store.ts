import type { ChatClient } from '../chat.ts';
import type { ChatMessage } from '../chat-types.ts';
import type { HttpClient } from '../http.ts';
import { Room } from './room.ts';

/** How long "is typing" is shown after the last frame that said so, in milliseconds. */
const typingMs = 5_000;

interface RoomStoreOptions {
  http: HttpClient;
  chat: ChatClient;
  account: string;
  /** Something that is shown may have changed. */
  onChange: () => void;
  /** A room was added: for the first time, or anew after the server's logs were reset. */
  onRoom: (room: Room) => void;
  /** Somebody else wrote in a room. */
  onIncoming: (room: Room, message: ChatMessage) => void;
}

/** The rooms of an account: read from the API, and kept up to date by the events of the chat client. */
export class RoomStore {
  readonly #options: RoomStoreOptions;
  readonly #rooms = new Map<string, Room>();
  /** Messages of rooms that the API has not listed yet. */
  readonly #unassigned: ChatMessage[] = [];

  constructor(options: RoomStoreOptions) {
    this.#options = options;
    const { chat, account, onChange } = options;
    chat.on('ready', () => void this.load());
    chat.on('joined', () => void this.load());
    chat.on('reset', () => this.#rooms.clear());
    chat.on('message', (message) => this.#onMessage(message));
    chat.on('read', ({ room: id, account: reader, seq }) =>
      this.#update(id, (room) => {
        if (reader === account) room.readUpTo(seq);
        const member = room.member(reader);
        if (member) member.read = Math.max(member.read, seq);
      }),
    );
    chat.on('presence', ({ room: id, account: member, online, lastSeenAt }) =>
      this.#update(id, (room) => {
        const found = room.member(member);
        if (found) Object.assign(found, { online, ...(lastSeenAt !== undefined && { lastSeenAt }) });
      }),
    );
    chat.on('typing', ({ room: id }) =>
      this.#update(id, (room) => {
        room.typingUntil = Date.now() + typingMs;
        setTimeout(onChange, typingMs + 50);
      }),
    );
  }

  get all(): Room[] {
    return [...this.#rooms.values()];
  }

  get(id: string): Room | undefined {
    return this.#rooms.get(id);
  }

  /** Reads all rooms: read marks and presence may have moved while there was no connection. */
  async load(): Promise<void> {
    const { http, account, onChange, onRoom } = this.#options;
    let cursor: string | undefined;
    try {
      do {
        const page = await http.call('GET /v1/rooms', {
          query: { limit: 100, ...(cursor !== undefined && { cursor }) },
        });
        for (const data of page.items) {
          const known = this.#rooms.get(data.id);
          if (known) {
            known.refresh(data);
            continue;
          }
          const room = new Room(data, account);
          this.#rooms.set(room.id, room);
          onRoom(room);
          for (const message of this.#unassigned.splice(0)) this.#onMessage(message);
        }
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    } catch {
      // The next connection, or the next room, asks again.
    }
    onChange();
  }

  #onMessage(message: ChatMessage): void {
    const { account, onChange, onIncoming } = this.#options;
    const room = this.#rooms.get(message.room);
    if (!room) return void this.#unassigned.push(message);
    const { room: _, ...entry } = message;
    room.apply(entry, account);
    if (entry.from !== account) {
      room.typingUntil = 0;
      const member = room.member(entry.from);
      if (member) member.read = Math.max(member.read, entry.seq);
      onIncoming(room, message);
    }
    onChange();
  }

  #update(id: string, change: (room: Room) => void): void {
    const room = this.#rooms.get(id);
    if (!room) return;
    change(room);
    this.#options.onChange();
  }
}
