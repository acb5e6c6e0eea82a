import { Composer } from './composer.ts';
import { showConfirmDialog } from './confirm-dialog.ts';
import { ConversationHeader } from './conversation-header.ts';
import { element, icon } from './dom.ts';
import type { Draft } from './drafts.ts';
import type { FileLoader } from './message-files.ts';
import type { MessageActions } from './message-element.ts';
import { RefusedChangeBar } from './refused-change-bar.ts';
import type { TaskState } from './retried-task.ts';
import type { OutgoingMessage, RefusedChange, Room } from './room.ts';
import type { LoggedMessage } from './room-log.ts';
import { nameOf } from './room-list.ts';
import { Timeline } from './timeline.ts';
import { isAboutContent } from './words.ts';
import type { Language, Words } from './words.ts';

/** This close to an end of the scroll, in pixels, counts as there. */
const near = 80;

interface ConversationOptions {
  account: string;
  language: Language;
  words: Words;
  onBack: () => void;
  onSend: (room: Room, body: string, files: string[]) => void;
  onUpload: (room: Room, file: File, signal: AbortSignal, onProgress: (share: number) => void) => Promise<string>;
  loader: FileLoader;
  onEdit: (room: Room, seq: number, body: string) => void;
  onRemove: (room: Room, message: LoggedMessage) => void;
  onRetry: (room: Room, outgoing: OutgoingMessage) => void;
  /** A message or a change that was refused is given up. */
  onDiscard: (room: Room, id: string) => void;
  onTyping: (room: Room) => void;
  onDraft: (room: Room, draft: Draft) => void;
  /** The reader wants the page before the oldest message. */
  onOlder: () => void;
  /** The reader does not want to wait for the page that could not be read. */
  onRetryOlder: () => void;
  /** What is newest is in sight. */
  onSeen: (room: Room) => void;
}

/** The open room: who it is with, what was said, and where one writes. */
export class ConversationView {
  readonly root: HTMLElement;
  readonly #options: ConversationOptions;
  readonly #header: ConversationHeader;
  readonly #scroll: HTMLElement;
  readonly #older = element('div', { class: 'quiet loading', role: 'status' });
  readonly #typing = element('p', { class: 'typing', 'aria-live': 'polite' });
  readonly #newMessages: HTMLButtonElement;
  readonly #announcement = element('p', { class: 'for-readers', 'aria-live': 'polite' });
  readonly #refusedChange: RefusedChangeBar;
  readonly #composer: Composer;
  readonly #timeline: Timeline;
  readonly #content: HTMLElement;
  readonly #placeholder: HTMLElement;
  #room: Room | undefined;
  #isAtEnd = true;

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { words } = options;
    this.#header = new ConversationHeader(options);
    this.#timeline = new Timeline({ ...options, actions: this.#actions(), onBeforeFirst: () => this.#toBeginning() });
    this.#newMessages = element(
      'button',
      { class: 'below', type: 'button', hidden: true, on: { click: () => this.#toEnd() } },
      icon('down'),
      element('span', {}, words.newMessages),
    );
    this.#scroll = element(
      'div',
      { class: 'scroll', on: { scroll: () => this.#onScroll() } },
      this.#older,
      this.#timeline.list,
    );
    this.#refusedChange = new RefusedChangeBar({
      words,
      onEditAgain: (change) => this.editAgain(change, { focus: true }),
      onDiscard: ({ entry }) => this.#withRoom((room) => options.onDiscard(room, entry.id)),
    });
    this.#composer = new Composer({
      words,
      onSend: (body, files) => this.#withRoom((room) => this.#send(room, body, files)),
      upload: async (file, ...rest) => (this.#room ? options.onUpload(this.#room, file, ...rest) : ''),
      onEdit: (seq, body) => this.#withRoom((room) => options.onEdit(room, seq, body)),
      onTyping: () => this.#withRoom((room) => options.onTyping(room)),
      onDraft: (draft) => this.#withRoom((room) => options.onDraft(room, draft)),
    });
    this.#content = element(
      'div',
      { class: 'open', on: { dragover: (event) => event.preventDefault(), drop: (event) => this.#onDrop(event) } },
      this.#header.root,
      this.#scroll,
      this.#newMessages,
      this.#typing,
      this.#refusedChange.root,
      this.#composer.root,
      this.#announcement,
    );
    const mark = element('span', { class: 'mark' }, icon('bus'));
    this.#placeholder = element('div', { class: 'empty' }, mark, words.chooseRoom);
    this.root = element('main', { class: 'conversation' }, this.#placeholder);
    // What is said grows, too, when its pictures have come.
    const sizes = new ResizeObserver(() => this.#isAtEnd && this.#toEnd());
    for (const each of [this.#scroll, this.#timeline.list]) sizes.observe(each);
  }

  get room(): Room | undefined {
    return this.#room;
  }

  /** @param draft what was being written there */
  open(room: Room, draft: Draft): void {
    const { account, words } = this.#options;
    this.#room = room;
    this.root.replaceChildren(this.#content);
    this.#timeline.list.setAttribute('aria-label', words.messages(nameOf(room, account)));
    this.#timeline.open(room);
    this.#composer.forgetFiles();
    this.#composer.show(draft);
    this.#isAtEnd = true;
    this.render();
    // On a phone this would raise the keyboard over what one came to read.
    if (matchMedia('(hover: hover)').matches) this.#composer.focus();
  }

  leave(): void {
    this.#room = undefined;
    this.root.replaceChildren(this.#placeholder);
  }

  focusComposer(): void {
    this.#composer.focus();
  }

  /** Shows the room as it is now. The reader's place stays: the end at the end, an older line where it was. */
  render({ prepended = false }: { prepended?: boolean } = {}): void {
    const room = this.#room;
    if (!room) return;
    const fromBottom = this.#scroll.scrollHeight - this.#scroll.scrollTop;
    this.#header.render(room);
    this.#timeline.render();
    if (this.#isAtEnd) this.#toEnd();
    else if (prepended) this.#scroll.scrollTop = this.#scroll.scrollHeight - fromBottom;
    this.#renderTyping(room);
    this.#refusedChange.render(room);
    // A page that does not fill the height cannot be scrolled for the next.
    if (room.isLoaded && !room.isComplete && this.#scroll.scrollHeight <= this.#scroll.clientHeight) {
      this.#options.onOlder();
    }
  }

  /** Shows above the messages how the reading of older ones goes. */
  showHistory(state: TaskState): void {
    const { words, onRetryOlder } = this.#options;
    this.#older.hidden = state === 'idle';
    if (state === 'idle') this.#older.replaceChildren();
    else if (state === 'running') this.#older.replaceChildren(words.loading);
    else {
      const button = element('button', { class: 'link', type: 'button', on: { click: onRetryOlder } }, words.tryAgain);
      this.#older.replaceChildren(words.notLoaded, button);
    }
  }

  /** Tells a reader of the screen, and one who has scrolled up, of a message of somebody else in this room. */
  announce(author: string, body: string): void {
    this.#announcement.textContent = `${author}: ${body}`;
    if (!this.#isAtEnd) this.#newMessages.hidden = false;
  }

  /** An edit was refused: where nothing else is being written, it comes back to be corrected. */
  onRefusedChange(change: RefusedChange): void {
    if (this.#composer.isIdle && isAboutContent(change.refusal)) this.editAgain(change);
  }

  /** Goes on with an edit that was refused. From here on it is a draft. */
  editAgain({ entry, refusal }: RefusedChange, { focus = false } = {}): void {
    if (entry.type !== 'edit') return;
    this.#withRoom((room) => {
      const original = room.log.messages.find(({ seq }) => seq === entry.seq)?.body ?? '';
      this.#composer.edit({ seq: entry.seq, original, body: entry.body }, refusal);
      this.#options.onDiscard(room, entry.id);
    });
    if (focus) this.#composer.focus();
  }

  /** Tells whoever marks as read, where the newest is really being looked at. */
  checkSeen(): void {
    if (this.#room && this.#isAtEnd && document.visibilityState === 'visible' && document.hasFocus()) {
      this.#options.onSeen(this.#room);
    }
  }

  #onDrop(event: Event): void {
    event.preventDefault();
    this.#composer.attach((event as DragEvent).dataTransfer?.files ?? []);
  }

  #send(room: Room, body: string, files: string[]): void {
    this.#options.onSend(room, body, files);
    // Also where one had scrolled up: what one wrote is to be seen.
    this.#isAtEnd = true;
    this.render();
  }

  #actions(): MessageActions {
    return {
      edit: ({ seq, body }) => {
        this.#composer.edit({ seq, original: body, body });
        this.#composer.focus();
      },
      remove: (message) => this.#confirmRemove(message),
      retry: (outgoing) => this.#withRoom((room) => this.#options.onRetry(room, outgoing)),
      rewrite: ({ entry, refusal }) => {
        if (refusal) this.#composer.rewrite(entry.body ?? '', refusal);
        this.#withRoom((room) => this.#options.onDiscard(room, entry.id));
      },
      discard: ({ entry }) => this.#withRoom((room) => this.#options.onDiscard(room, entry.id)),
    };
  }

  #confirmRemove(message: LoggedMessage): void {
    const { words, onRemove } = this.#options;
    showConfirmDialog(this.root, {
      question: words.removeQuestion,
      explanation: words.removeWhy,
      confirm: words.remove,
      cancel: words.cancel,
      onConfirm: () => this.#withRoom((room) => onRemove(room, message)),
    });
  }

  #renderTyping(room: Room): void {
    const { account, words } = this.#options;
    const isTyping = room.typingUntil > Date.now();
    const text = isTyping ? words.typing(nameOf(room, account)) : '';
    if (this.#typing.textContent === text) return;
    const dots = element('span', { class: 'dots', 'aria-hidden': 'true' }, element('i'), element('i'), element('i'));
    this.#typing.replaceChildren(...(isTyping ? [dots, text] : []));
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < near;
    if (this.#isAtEnd) {
      this.#newMessages.hidden = true;
      this.checkSeen();
    }
    if (scrollTop < near) this.#options.onOlder();
  }

  #toBeginning(): void {
    this.#scroll.scrollTop = 0;
    this.#options.onOlder();
  }

  #toEnd(): void {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#isAtEnd = true;
    this.#newMessages.hidden = true;
    this.checkSeen();
  }

  #withRoom(act: (room: Room) => void): void {
    if (this.#room) act(this.#room);
  }
}
