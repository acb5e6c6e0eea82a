import { ChatClient } from '../chat.ts';
import type { ChatState } from '../chat-types.ts';
import type { HttpClient } from '../http.ts';
import type { OutputOf } from '../routes.ts';
import { ChatLayout } from './chat-layout.ts';
import { showConfirmDialog } from './confirm-dialog.ts';
import { ConversationView } from './conversation-view.ts';
import { Drafts } from './drafts.ts';
import { History } from './history.ts';
import type { JsonStorage } from './json-storage.ts';
import { FileLoader } from './message-files.ts';
import { OutboxStorage } from './outbox-storage.ts';
import { OutgoingMessages } from './outgoing-messages.ts';
import { enterRoom, leaveRoom, roomInAddress } from './room-address.ts';
import { RoomListView } from './room-list.ts';
import { RoomStore } from './room-store.ts';
import type { Room } from './room.ts';
import { isSaid, lineOf } from './said.ts';
import type { TabLock } from './tab-lock.ts';
import { upload } from './upload.ts';
import { wordsOf } from './words.ts';
import type { Language } from './words.ts';

/** How long reads are gathered before the server is told, in milliseconds. */
const markReadMs = 250;

interface ChatViewOptions {
  http: HttpClient;
  account: OutputOf<'GET /v1/me'>;
  language: Language;
  /** What the browser keeps of this account. */
  storage: JsonStorage;
  tabLock: TabLock;
  onLogOut: () => void;
  onSessionEnd: () => void;
  onAccountChange: () => void;
  onLanguage: () => void;
}

/** The chat of one account: connects the client and the rooms with what shows them. */
export class ChatView {
  readonly root: HTMLElement;
  readonly #options: ChatViewOptions;
  readonly #chat: ChatClient;
  readonly #rooms: RoomStore;
  readonly #outbox: OutboxStorage;
  readonly #outgoing: OutgoingMessages;
  readonly #drafts: Drafts;
  readonly #loader: FileLoader;
  readonly #layout: ChatLayout;
  readonly #list: RoomListView;
  readonly #conversation: ConversationView;
  readonly #closing = new AbortController();
  #markReadTimer: ReturnType<typeof setTimeout> | undefined;
  #hasConnected = false;
  #willRender = false;
  /** The older pages of the open room. */
  #history: History | undefined;

  constructor(options: ChatViewOptions) {
    this.#options = options;
    const { http, account, language, storage, tabLock, onLanguage } = options;
    const words = wordsOf(language);
    const url = `${location.origin.replace('http', 'ws')}/ws`;
    this.#chat = new ChatClient({ url, token: (wanted) => http.token(wanted), account: account.id });
    this.#rooms = new RoomStore({
      http,
      chat: this.#chat,
      account: account.id,
      onChange: () => this.#render(),
      onRoom: (room) => this.#onRoom(room),
      onIncoming: (room, message) => {
        if (room === this.#conversation.room && isSaid(message)) {
          this.#conversation.announce(room.member(message.from)?.displayName ?? '', lineOf(message, words));
        }
      },
      onState: (state) => this.#list.showState(state),
    });
    this.#drafts = new Drafts(storage);
    this.#loader = new FileLoader(http);
    this.#outbox = new OutboxStorage(storage, tabLock.tab);
    this.#outgoing = new OutgoingMessages({
      chat: this.#chat,
      storage: this.#outbox,
      tabLock,
      roomOf: (id) => this.#rooms.get(id),
      onChange: () => this.#render(),
      onRefusedChange: (room, change) => {
        if (room === this.#conversation.room) this.#conversation.onRefusedChange(change);
      },
    });
    this.#list = new RoomListView({
      account: account.id,
      language,
      words,
      onChoose: (id) => this.#open(id),
      onRetry: () => this.#rooms.retry(),
    });
    this.#conversation = new ConversationView({
      account: account.id,
      language,
      words,
      onBack: () => this.#back(),
      onSend: (room, body, files) => this.#outgoing.send(room, body, files),
      onUpload: (room, file, signal, onProgress) => upload(http, { room: room.id, file, signal, onProgress }),
      loader: this.#loader,
      onEdit: (room, seq, body) => this.#outgoing.edit(room, seq, body),
      onRemove: (room, { seq }) => this.#outgoing.remove(room, seq),
      onRetry: (room, outgoing) => this.#outgoing.retry(room, outgoing),
      onDiscard: (room, id) => this.#outgoing.discard(room, id),
      onTyping: (room) => void this.#chat.typing(room.id),
      onDraft: (room, draft) => this.#drafts.set(room.id, draft),
      onOlder: () => this.#history?.more(),
      onRetryOlder: () => this.#history?.retry(),
      onSeen: (room) => this.#markRead(room),
    });
    this.#layout = new ChatLayout({
      words,
      language,
      displayName: account.displayName,
      roomList: this.#list.root,
      conversation: this.#conversation.root,
      onLogOut: () => this.#logOut(),
      onLanguage,
      onSkip: () => this.#conversation.focusComposer(),
      onReconnect: () => this.#chat.wake(),
    });
    this.root = this.#layout.root;
  }

  start(): void {
    const chat = this.#chat;
    chat.on('ready', () => {
      this.#history?.retry();
      this.#loadOrder();
    });
    chat.on('state', (state) => this.#onState(state));
    this.#outgoing.start();
    const { signal } = this.#closing;
    const onVisible = () => {
      if (document.visibilityState !== 'visible') return;
      chat.wake();
      this.#conversation.checkSeen();
    };
    document.addEventListener('visibilitychange', onVisible, { signal });
    globalThis.addEventListener('focus', () => this.#conversation.checkSeen(), { signal });
    globalThis.addEventListener('popstate', () => this.#followAddress(), { signal });
    chat.connect().catch(() => {});
  }

  close(): void {
    this.#closing.abort();
    this.#history?.close();
    this.#outgoing.close();
    this.#rooms.close();
    clearTimeout(this.#markReadTimer);
    this.#loader.close();
    this.#layout.close();
    this.#chat.close();
  }

  #logOut(): void {
    const { language, onLogOut } = this.#options;
    const words = wordsOf(language);
    const unsent = this.#outbox.size;
    if (unsent === 0) return onLogOut();
    showConfirmDialog(this.root, {
      question: words.logOutQuestion,
      explanation: words.logOutUnsent(unsent),
      confirm: words.logOut,
      cancel: words.cancel,
      onConfirm: onLogOut,
    });
  }

  #onRoom(room: Room): void {
    this.#outgoing.attach(room);
    // The address asked for it before it was known; or the logs were reset, and what is open shows one that is gone.
    if (roomInAddress() === room.id) this.#show(room);
  }

  #open(id: string): void {
    enterRoom(id);
    this.#followAddress();
  }

  #back(): void {
    if (leaveRoom()) this.#followAddress();
  }

  /** Shows the room that the address names: after a choice, and after back and forward. */
  #followAddress(): void {
    const id = roomInAddress();
    const room = id === undefined ? undefined : this.#rooms.get(id);
    if (room === undefined) this.#leave();
    else if (room !== this.#conversation.room) this.#show(room);
  }

  #show(room: Room): void {
    this.#layout.showConversation(true);
    this.#conversation.open(room, this.#drafts.get(room.id));
    this.#render();
    this.#openHistory(room);
    this.#loadOrder();
  }

  #leave(): void {
    this.#layout.showConversation(false);
    this.#conversation.leave();
    this.#history?.close();
    this.#render();
  }

  #openHistory(room: Room): void {
    this.#history?.close();
    this.#conversation.showHistory('idle');
    this.#history = new History({
      isComplete: () => room.isComplete,
      read: () => room.loadOlder(this.#options.http),
      onState: (state) => this.#conversation.showHistory(state),
      onPage: () => {
        this.#conversation.render({ prepended: true });
        this.#conversation.checkSeen();
      },
    });
    if (!room.isLoaded) this.#history.more();
  }

  /** Reads the trip of the open room. Where that fails, the next connection asks again. */
  #loadOrder(): void {
    const { room } = this.#conversation;
    if (!room || room.orderId === null || room.order) return;
    const params = { orderId: room.orderId };
    const load = async () => {
      room.order = await this.#options.http.call('GET /v1/orders/{orderId}', { params });
      this.#render();
    };
    load().catch(() => {});
  }

  /** Tells the server how far the open room was read, once its texts are shown. */
  #markRead(room: Room): void {
    if (room.unread === 0 || !room.isLoaded || this.#markReadTimer !== undefined) return;
    this.#markReadTimer = setTimeout(() => {
      this.#markReadTimer = undefined;
      const seq = room.shownUpTo;
      if (room.unread > 0 && seq > room.read && this.#chat.markRead(room.id, seq)) {
        room.readUpTo(seq);
        this.#render();
      }
    }, markReadMs);
  }

  #onState(state: ChatState): void {
    if (state.name === 'closed' && state.error) {
      const { onAccountChange, onSessionEnd } = this.#options;
      return state.error.code === 'account_changed' ? onAccountChange() : onSessionEnd();
    }
    this.#layout.showConnection(state, { isFirst: !this.#hasConnected });
    if (state.name !== 'online') return;
    this.#hasConnected = true;
    this.#render();
  }

  /** Renders once for all that happens before the next task. */
  #render(): void {
    if (this.#willRender) return;
    this.#willRender = true;
    // Not an animation frame: those stop while the page is hidden, and its title should not.
    setTimeout(() => {
      this.#willRender = false;
      if (this.#closing.signal.aborted) return;
      const rooms = this.#rooms.all;
      this.#conversation.render();
      this.#conversation.checkSeen();
      this.#list.render(rooms, this.#conversation.room);
      this.#layout.showUnsent(this.#outgoing.count);
      this.#layout.showUnread(rooms.reduce((sum, room) => sum + room.unread, 0));
    });
  }
}
