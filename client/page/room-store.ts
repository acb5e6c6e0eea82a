import type { ChatClient } from '../chat.ts';
import type { ChatMessage } from '../chat-types.ts';
import type { HttpClient } from '../http.ts';
import { isTemporary } from './history.ts';
import { RetriedTask } from './retried-task.ts';
import type { TaskState } from './retried-task.ts';
import { Room } from './room.ts';

/** How long "is typing" is shown after the last frame that said so, in milliseconds. */
const typingMs = 5_000;
/** So often the list is read in a row while rooms are missing in it. */
const passes = 3;

interface RoomStoreOptions {
  http: Pick<HttpClient, 'call'>;
  chat: Pick<ChatClient, 'on' | 'state'>;
  account: string;
  /** Something that is shown may have changed. */
  onChange: () => void;
  /** A room was added: for the first time, or anew after the server's logs were reset. */
  onRoom: (room: Room) => void;
  /** Somebody else wrote in a room. */
  onIncoming: (room: Room, message: ChatMessage) => void;
  /** How the reading of the list goes. */
  onState: (state: TaskState) => void;
}

/** The rooms of an account: read from the API, and kept up to date by the events of the chat client. */
export class RoomStore {
  readonly #options: RoomStoreOptions;
  readonly #rooms = new Map<string, Room>();
  /** The rooms that the account has, as the chat told: the list is complete when it has them all. */
  readonly #expected = new Set<string>();
  /** Messages of rooms that the API has not listed yet. */
  readonly #unassigned: ChatMessage[] = [];
  readonly #reading: RetriedTask;

  constructor(options: RoomStoreOptions) {
    this.#options = options;
    const { chat, onState } = options;
    this.#reading = new RetriedTask({ work: () => this.#read(), isTemporary, onState });
    chat.on('ready', ({ rooms }) => {
      this.#expected.clear();
      for (const { id } of rooms) this.#expected.add(id);
      this.#reading.runAgain();
    });
    chat.on('joined', ({ room }) => {
      this.#expected.add(room);
      this.#reading.runAgain();
    });
    chat.on('reset', () => this.#rooms.clear());
    chat.on('room_reset', ({ room }) => {
      this.#rooms.delete(room);
      this.#reading.runAgain();
    });
    this.#hearMessages();
    this.#hearPresence();
  }

  get all(): Room[] {
    return [...this.#rooms.values()];
  }

  get(id: string): Room | undefined {
    return this.#rooms.get(id);
  }

  /** Reads the list now, where reading it failed. */
  retry(): void {
    this.#reading.retry();
  }

  close(): void {
    this.#reading.close();
  }

  #hearMessages(): void {
    const { chat, account } = this.#options;
    chat.on('message', (message) => this.#onMessage(message));
    chat.on('read', ({ room: id, account: reader, seq }) =>
      this.#update(id, (room) => {
        const member = room.member(reader);
        if (member) member.read = Math.max(member.read, seq);
        if (reader !== account) return;
        room.readUpTo(seq);
        if (room.needsRecount) this.#reading.runAgain();
      }),
    );
  }

  #hearPresence(): void {
    const { chat, onChange } = this.#options;
    chat.on('presence', ({ room: id, account, online, lastSeenAt }) =>
      this.#update(id, (room) => {
        const member = room.member(account);
        if (member) Object.assign(member, { online, ...(lastSeenAt !== undefined && { lastSeenAt }) });
      }),
    );
    chat.on('typing', ({ room: id }) =>
      this.#update(id, (room) => {
        room.typingUntil = Date.now() + typingMs;
        setTimeout(onChange, typingMs + 50);
      }),
    );
    chat.on('state', ({ name }) => {
      if (name === 'online') return;
      // The rooms can be read where the chat cannot be reached.
      if (name === 'offline' && this.#rooms.size === 0) this.#reading.run();
      for (const room of this.#rooms.values()) {
        room.forgetPresence();
        room.typingUntil = 0;
      }
      onChange();
    });
  }

  /** Reads all pages. While they are read a room may move from one that was not read yet to one that was: then once more. */
  async #read(): Promise<void> {
    for (let pass = 0; pass < passes; pass++) {
      await this.#readPages(() => pass > 0 && this.#isComplete);
      if (this.#isComplete) return;
    }
    throw new Error('the list lacks rooms that the chat has');
  }

  async #readPages(isEnough: () => boolean): Promise<void> {
    const { http, onChange } = this.#options;
    let cursor: string | undefined;
    do {
      const query = { limit: 100, ...(cursor !== undefined && { cursor }) };
      const page = await http.call('GET /v1/rooms', { query });
      for (const data of page.items) this.#take(data);
      onChange();
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && !isEnough());
  }

  get #isComplete(): boolean {
    return [...this.#expected].every((id) => this.#rooms.has(id));
  }

  #take(data: ConstructorParameters<typeof Room>[0]): void {
    const { account, chat, onRoom } = this.#options;
    const known = this.#rooms.get(data.id);
    const room = known ?? new Room(data, account);
    known?.refresh(data);
    // Whoever comes or goes from now on is not told.
    if (chat.state.name !== 'online') room.forgetPresence();
    if (known) return;
    this.#rooms.set(room.id, room);
    onRoom(room);
    // Those of rooms that are still missing are put back.
    for (const message of this.#unassigned.splice(0)) this.#onMessage(message);
  }

  #onMessage(message: ChatMessage): void {
    const { account, onChange, onIncoming } = this.#options;
    const room = this.#rooms.get(message.room);
    if (!room) return void this.#unassigned.push(message);
    const { room: _, ...entry } = message;
    room.apply(entry, account);
    if (entry.from !== account) {
      room.typingUntil = 0;
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
