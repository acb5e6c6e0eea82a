import { ChatClient } from '../chat.ts';
import type { ChatMessage, ChatState } from '../chat-types.ts';
import type { HttpClient } from '../http.ts';
import { newMessageId } from '../message-id.ts';
import type { OutboxEntry } from '../outbox.ts';
import type { OutputOf } from '../routes.ts';
import { ConversationView } from './conversation-view.ts';
import { element, icon } from './dom.ts';
import { History } from './history.ts';
import { RoomListView } from './room-list.ts';
import { Room } from './room.ts';
import type { Outgoing } from './room.ts';
import { wordsOf } from './words.ts';
import type { Language, Words } from './words.ts';

/** How long "is typing" stands after the last word of it, in milliseconds. */
const typingMs = 5_000;
/** A connection that is away for less than this is no news, in milliseconds. */
const bannerMs = 800;

interface ChatViewOptions {
  http: HttpClient;
  account: OutputOf<'GET /v1/me'>;
  language: Language;
  outbox: OutboxEntry[];
  keepOutbox: (entries: OutboxEntry[]) => void;
  onLogOut: () => void;
  onSessionEnd: () => void;
  onLanguage: () => void;
}

/** The chat of one account: what the client library tells, kept by room, and shown. */
export class ChatView {
  readonly root: HTMLElement;
  readonly #options: ChatViewOptions;
  readonly #words: Words;
  readonly #me: string;
  readonly #chat: ChatClient;
  readonly #rooms = new Map<string, Room>();
  readonly #list: RoomListView;
  readonly #conversation: ConversationView;
  readonly #banner = element('div', { class: 'banner', role: 'status', hidden: true });
  readonly #ends = new AbortController();
  #bannerTimer: ReturnType<typeof setTimeout> | undefined;
  #markTimer: ReturnType<typeof setTimeout> | undefined;
  #isDrawn = false;
  /** Of the open room. */
  #history: History | undefined;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const { http, account, language, outbox, onLogOut, onLanguage } = options;
    const words = (this.#words = wordsOf(language));
    this.#me = account.id;
    const url = `${location.origin.replace('http', 'ws')}/ws`;
    this.#chat = new ChatClient({ url, token: (wanted) => http.token(wanted), outbox });
    this.#list = new RoomListView({ account: this.#me, language, words, onChoose: (room) => this.#open(room) });
    this.#conversation = new ConversationView({
      account: this.#me,
      language,
      words,
      onBack: () => this.#close(),
      onSend: (room, body) => this.#send(room, body),
      onEdit: (room, { seq }, body) => void this.#chat.edit(room.id, seq, body).catch(() => {}),
      onRemove: (room, { seq }) => void this.#chat.delete(room.id, seq).catch(() => {}),
      onRetry: (room, outgoing) => this.#retry(room, outgoing),
      onDiscard: (room, { entry }) => {
        room.settle(entry.id);
        this.#draw();
      },
      onTyping: (room) => void this.#chat.typing(room.id),
      onOlder: () => this.#history?.more(),
      onSeen: (room) => this.#markRead(room),
    });
    this.root = element(
      'div',
      { class: 'chat' },
      element(
        'aside',
        { class: 'side' },
        element(
          'header',
          { class: 'bar' },
          element('span', { class: 'mark' }, icon('bus')),
          element('h1', {}, words.title),
          element(
            'button',
            { class: 'link', type: 'button', lang: language === 'ko' ? 'en' : 'ko', on: { click: onLanguage } },
            words.otherLanguage,
          ),
          element(
            'button',
            {
              class: 'round',
              type: 'button',
              'aria-label': words.logOut,
              title: words.logOut,
              on: { click: onLogOut },
            },
            icon('leave'),
          ),
        ),
        this.#list.root,
        element('footer', { class: 'self quiet' }, account.displayName),
      ),
      element('div', { class: 'pane' }, this.#banner, this.#conversation.root),
    );
  }

  start(): void {
    const chat = this.#chat;
    chat.on('ready', () => {
      void this.#loadRooms();
      this.#history?.retry();
    });
    chat.on('joined', () => void this.#loadRooms());
    chat.on('reset', () => this.#rooms.clear());
    chat.on('message', (message) => this.#hear(message));
    chat.on('read', ({ room: id, account, seq }) =>
      this.#change(id, (room) => {
        if (account === this.#me) room.readUpTo(seq);
        const member = room.member(account);
        if (member) member.read = Math.max(member.read, seq);
      }),
    );
    chat.on('presence', ({ room: id, account, online, lastSeenAt }) =>
      this.#change(id, (room) => {
        const member = room.member(account);
        if (member) Object.assign(member, { online, ...(lastSeenAt !== undefined && { lastSeenAt }) });
      }),
    );
    chat.on('typing', ({ room: id }) =>
      this.#change(id, (room) => {
        room.typingUntil = Date.now() + typingMs;
        setTimeout(() => this.#draw(), typingMs + 50);
      }),
    );
    chat.on('sent', () => this.#keepOutbox());
    chat.on('refused', ({ entry }) => this.#refuse(entry));
    chat.on('state', (state) => this.#showState(state));
    const { signal } = this.#ends;
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#wake(), {
      signal,
    });
    globalThis.addEventListener('focus', () => this.#conversation.checkSeen(), { signal });
    globalThis.addEventListener('popstate', () => this.#close(false), { signal });
    chat.connect().catch(() => {});
  }

  close(): void {
    this.#ends.abort();
    this.#history?.close();
    clearTimeout(this.#bannerTimer);
    clearTimeout(this.#markTimer);
    this.#chat.close();
  }

  #wake(): void {
    this.#chat.wake();
    this.#conversation.checkSeen();
  }

  /** Asked at every connection: read marks and presence may have moved while there was none. */
  async #loadRooms(): Promise<void> {
    let cursor: string | undefined;
    try {
      do {
        const page = await this.#options.http.call('GET /v1/rooms', {
          query: { limit: 100, ...(cursor !== undefined && { cursor }) },
        });
        for (const data of page.items) {
          const known = this.#rooms.get(data.id);
          if (known) known.refresh(data);
          else this.#add(new Room(data, this.#me));
        }
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    } catch {
      // The next connection, or the next room, asks again.
    }
    this.#draw();
  }

  #add(room: Room): void {
    this.#rooms.set(room.id, room);
    // The logs were set back: what is open shows one that is gone.
    if (this.#conversation.room?.id === room.id) this.#show(room);
    // What an earlier visit of this page left unsent.
    for (const entry of this.#chat.outbox) {
      if (entry.room === room.id && entry.type === 'send') this.#pend(room, entry);
    }
    for (const message of this.#early.splice(0)) this.#hear(message);
  }

  /** Messages of rooms that the page has not been told of yet. */
  readonly #early: ChatMessage[] = [];

  #hear(message: ChatMessage): void {
    const room = this.#rooms.get(message.room);
    if (!room) return void this.#early.push(message);
    const { room: _, ...entry } = message;
    room.apply(entry, this.#me);
    if (entry.from !== this.#me) {
      room.typingUntil = 0;
      const member = room.member(entry.from);
      if (member) member.read = Math.max(member.read, entry.seq);
      if (room === this.#conversation.room && entry.kind === 'text') {
        this.#conversation.notice(member?.displayName ?? '', entry.body);
      }
    }
    this.#draw();
  }

  #change(id: string, change: (room: Room) => void): void {
    const room = this.#rooms.get(id);
    if (!room) return;
    change(room);
    this.#draw();
  }

  #open(room: Room): void {
    if (this.#conversation.room === undefined) history.pushState(null, '');
    this.#show(room);
  }

  #show(room: Room): void {
    this.root.classList.add('has-room');
    this.#conversation.open(room);
    this.#draw();
    this.#openHistory(room);
    if (room.orderId !== null && !room.order) void this.#loadOrder(room, room.orderId);
  }

  #close(byButton = true): void {
    if (byButton) return history.back();
    this.root.classList.remove('has-room');
    this.#conversation.leave();
    this.#history?.close();
    this.#draw();
  }

  #openHistory(room: Room): void {
    this.#history?.close();
    this.#conversation.showLoading(false);
    this.#history = new History({
      isComplete: () => room.isComplete,
      read: () => room.loadOlder(this.#options.http),
      onLoading: (isLoading) => this.#conversation.showLoading(isLoading),
      onPage: () => this.#conversation.render({ prepended: true }),
    });
    if (!room.isLoaded) this.#history.more();
  }

  async #loadOrder(room: Room, orderId: string): Promise<void> {
    room.order = await this.#options.http
      .call('GET /v1/orders/{orderId}', { params: { orderId } })
      .catch(() => undefined);
    this.#draw();
  }

  #send(room: Room, body: string, id = newMessageId()): void {
    this.#pend(room, { type: 'send', id, room: room.id, body });
    // `sent` and `refused` say what becomes of it.
    this.#chat.send(room.id, body, { id }).catch(() => {});
    this.#keepOutbox();
    this.#draw();
  }

  #pend(room: Room, entry: Outgoing['entry']): void {
    if (!room.outgoing.some((each) => each.entry.id === entry.id)) {
      room.outgoing.push({ entry, at: new Date().toISOString(), failed: false });
    }
  }

  #retry(room: Room, { entry }: Outgoing): void {
    room.settle(entry.id);
    this.#send(room, entry.body);
  }

  #refuse(entry: OutboxEntry): void {
    this.#keepOutbox();
    const room = this.#rooms.get(entry.room);
    const outgoing = room?.outgoing.find((each) => each.entry.id === entry.id);
    if (outgoing) outgoing.failed = true;
    this.#draw();
  }

  #keepOutbox(): void {
    this.#options.keepOutbox(this.#chat.outbox);
  }

  #markRead(room: Room): void {
    if (room.unread === 0 || this.#markTimer !== undefined) return;
    this.#markTimer = setTimeout(() => {
      this.#markTimer = undefined;
      if (room.unread > 0 && this.#chat.markRead(room.id, room.head)) {
        room.readUpTo(room.head);
        this.#draw();
      }
    }, 250);
  }

  #showState(state: ChatState): void {
    clearTimeout(this.#bannerTimer);
    if (state.name === 'closed' && state.error) return this.#options.onSessionEnd();
    if (state.name === 'online') {
      this.#banner.hidden = true;
      return this.#draw();
    }
    const wasConnected = this.#chat.account !== undefined;
    if (this.#banner.hidden) this.#bannerTimer = setTimeout(() => this.#showBanner(wasConnected), bannerMs);
    else this.#showBanner(wasConnected);
  }

  #showBanner(wasConnected: boolean): void {
    const words = this.#words;
    const waiting = this.#chat.outbox.length;
    this.#banner.replaceChildren(
      element('span', { class: 'spinner', 'aria-hidden': 'true' }),
      element(
        'span',
        {},
        wasConnected ? words.reconnecting : words.connecting,
        waiting > 0 && ` ${words.waitingOnes(waiting)}`,
      ),
      (wasConnected &&
        element(
          'button',
          { class: 'link', type: 'button', on: { click: () => this.#chat.wake() } },
          words.reconnectNow,
        )) ||
        '',
    );
    this.#banner.hidden = false;
  }

  /** Draws once for all that happens before the next frame. */
  #draw(): void {
    if (this.#isDrawn) return;
    this.#isDrawn = true;
    // Not a frame: those stop while the page is hidden, and its title should not.
    setTimeout(() => {
      this.#isDrawn = false;
      const rooms = [...this.#rooms.values()];
      this.#conversation.render();
      this.#conversation.checkSeen();
      this.#list.render(rooms, this.#conversation.room);
      const unread = rooms.reduce((sum, room) => sum + room.unread, 0);
      document.title = unread > 0 ? `(${unread}) ${this.#words.title}` : this.#words.title;
    });
  }
}
