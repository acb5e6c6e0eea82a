import { ChatClient } from '../chat.ts';
import type { ChatState } from '../chat-types.ts';
import type { HttpClient } from '../http.ts';
import { newMessageId } from '../message-id.ts';
import type { OutboxEntry } from '../outbox.ts';
import type { OutputOf } from '../routes.ts';
import { ChatLayout } from './chat-layout.ts';
import { ConversationView } from './conversation-view.ts';
import { History } from './history.ts';
import { RoomListView } from './room-list.ts';
import { RoomStore } from './room-store.ts';
import type { Outgoing, Room } from './room.ts';
import { wordsOf } from './words.ts';
import type { Language } from './words.ts';

/** How long reads are gathered before the server is told, in milliseconds. */
const markReadMs = 250;

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

/** The chat of one account: connects the client and the rooms with what shows them. */
export class ChatView {
  readonly root: HTMLElement;
  readonly #options: ChatViewOptions;
  readonly #chat: ChatClient;
  readonly #rooms: RoomStore;
  readonly #layout: ChatLayout;
  readonly #list: RoomListView;
  readonly #conversation: ConversationView;
  readonly #closing = new AbortController();
  #markReadTimer: ReturnType<typeof setTimeout> | undefined;
  #willRender = false;
  /** The older pages of the open room. */
  #history: History | undefined;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const { http, account, language, outbox, onLogOut, onLanguage } = options;
    const words = wordsOf(language);
    const url = `${location.origin.replace('http', 'ws')}/ws`;
    this.#chat = new ChatClient({ url, token: (wanted) => http.token(wanted), account: account.id, outbox });
    this.#rooms = new RoomStore({
      http,
      chat: this.#chat,
      account: account.id,
      onChange: () => this.#render(),
      onRoom: (room) => this.#onRoom(room),
      onIncoming: (room, { from, kind, body }) => {
        if (room === this.#conversation.room && kind === 'text') {
          this.#conversation.announce(room.member(from)?.displayName ?? '', body);
        }
      },
    });
    this.#list = new RoomListView({ account: account.id, language, words, onChoose: (room) => this.#open(room) });
    this.#conversation = new ConversationView({
      account: account.id,
      language,
      words,
      onBack: () => history.back(),
      onSend: (room, body) => this.#send(room, body),
      onEdit: (room, { seq }, body) => void this.#chat.edit(room.id, seq, body).catch(() => {}),
      onRemove: (room, { seq }) => void this.#chat.delete(room.id, seq).catch(() => {}),
      onRetry: (room, outgoing) => this.#retry(room, outgoing),
      onDiscard: (room, { entry }) => {
        room.settle(entry.id);
        this.#render();
      },
      onTyping: (room) => void this.#chat.typing(room.id),
      onOlder: () => this.#history?.more(),
      onSeen: (room) => this.#markRead(room),
    });
    this.#layout = new ChatLayout({
      words,
      language,
      displayName: account.displayName,
      roomList: this.#list.root,
      conversation: this.#conversation.root,
      onLogOut,
      onLanguage,
      onReconnect: () => this.#chat.wake(),
    });
    this.root = this.#layout.root;
  }

  start(): void {
    const chat = this.#chat;
    chat.on('ready', () => this.#history?.retry());
    chat.on('sent', () => this.#keepOutbox());
    chat.on('refused', ({ entry }) => this.#onRefused(entry));
    chat.on('state', (state) => this.#onState(state));
    const { signal } = this.#closing;
    const onVisible = () => {
      if (document.visibilityState !== 'visible') return;
      chat.wake();
      this.#conversation.checkSeen();
    };
    document.addEventListener('visibilitychange', onVisible, { signal });
    globalThis.addEventListener('focus', () => this.#conversation.checkSeen(), { signal });
    globalThis.addEventListener('popstate', () => this.#leave(), { signal });
    chat.connect().catch(() => {});
  }

  close(): void {
    this.#closing.abort();
    this.#history?.close();
    clearTimeout(this.#markReadTimer);
    this.#layout.close();
    this.#chat.close();
  }

  #onRoom(room: Room): void {
    // The logs were reset: what is open shows one that is gone.
    if (this.#conversation.room?.id === room.id) this.#show(room);
    // What an earlier visit of this page left unsent.
    for (const entry of this.#chat.outbox) {
      if (entry.room === room.id && entry.type === 'send') this.#addOutgoing(room, entry);
    }
  }

  #open(room: Room): void {
    if (this.#conversation.room === undefined) history.pushState(null, '');
    this.#show(room);
  }

  #show(room: Room): void {
    this.#layout.showConversation(true);
    this.#conversation.open(room);
    this.#render();
    this.#openHistory(room);
    if (room.orderId !== null && !room.order) void this.#loadOrder(room, room.orderId);
  }

  #leave(): void {
    this.#layout.showConversation(false);
    this.#conversation.leave();
    this.#history?.close();
    this.#render();
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
    this.#render();
  }

  #send(room: Room, body: string, id = newMessageId()): void {
    this.#addOutgoing(room, { type: 'send', id, room: room.id, body });
    // `sent` and `refused` say what becomes of it.
    this.#chat.send(room.id, body, { id }).catch(() => {});
    this.#keepOutbox();
    this.#render();
  }

  #addOutgoing(room: Room, entry: Outgoing['entry']): void {
    if (!room.outgoing.some((each) => each.entry.id === entry.id)) {
      room.outgoing.push({ entry, at: new Date().toISOString(), failed: false });
    }
  }

  #retry(room: Room, { entry }: Outgoing): void {
    room.settle(entry.id);
    this.#send(room, entry.body);
  }

  #onRefused(entry: OutboxEntry): void {
    this.#keepOutbox();
    const room = this.#rooms.get(entry.room);
    const outgoing = room?.outgoing.find((each) => each.entry.id === entry.id);
    if (outgoing) outgoing.failed = true;
    this.#render();
  }

  #keepOutbox(): void {
    this.#options.keepOutbox(this.#chat.outbox);
  }

  #markRead(room: Room): void {
    if (room.unread === 0 || this.#markReadTimer !== undefined) return;
    this.#markReadTimer = setTimeout(() => {
      this.#markReadTimer = undefined;
      if (room.unread > 0 && this.#chat.markRead(room.id, room.head)) {
        room.readUpTo(room.head);
        this.#render();
      }
    }, markReadMs);
  }

  #onState(state: ChatState): void {
    if (state.name === 'closed' && state.error) return this.#options.onSessionEnd();
    const { account, outbox } = this.#chat;
    this.#layout.showConnection(state, { isFirst: account === undefined, unsent: outbox.length });
    if (state.name === 'online') this.#render();
  }

  /** Renders once for all that happens before the next task. */
  #render(): void {
    if (this.#willRender) return;
    this.#willRender = true;
    // Not an animation frame: those stop while the page is hidden, and its title should not.
    setTimeout(() => {
      this.#willRender = false;
      const rooms = this.#rooms.all;
      this.#conversation.render();
      this.#conversation.checkSeen();
      this.#list.render(rooms, this.#conversation.room);
      this.#layout.showUnread(rooms.reduce((sum, room) => sum + room.unread, 0));
    });
  }
}
