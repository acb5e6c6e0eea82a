import { Composer } from './composer.ts';
import { element, icon } from './dom.ts';
import type { MessageActions } from './message-element.ts';
import type { Outgoing, Room } from './room.ts';
import type { Shown } from './room-log.ts';
import { avatar, nameOf } from './room-list.ts';
import { dateText, shortText } from './time.ts';
import { Timeline } from './timeline.ts';
import type { Language, Words } from './words.ts';

/** This close to an end of the scroll, in pixels, counts as there. */
const near = 80;

interface ConversationOptions {
  account: string;
  language: Language;
  words: Words;
  onBack: () => void;
  onSend: (room: Room, body: string) => void;
  onEdit: (room: Room, message: Shown, body: string) => void;
  onRemove: (room: Room, message: Shown) => void;
  onRetry: (room: Room, outgoing: Outgoing) => void;
  onDiscard: (room: Room, outgoing: Outgoing) => void;
  onTyping: (room: Room) => void;
  /** The reader wants the page before the oldest message. */
  onOlder: () => void;
  /** What is newest is in sight. */
  onSeen: (room: Room) => void;
}

/** The open room: who it is with, what was said, and where one writes. */
export class ConversationView {
  readonly root: HTMLElement;
  readonly #options: ConversationOptions;
  readonly #head = element('header', { class: 'bar' });
  readonly #scroll: HTMLElement;
  readonly #loading: HTMLElement;
  readonly #typing = element('p', { class: 'typing', 'aria-live': 'polite' });
  readonly #below: HTMLButtonElement;
  readonly #spoken = element('p', { class: 'for-readers', 'aria-live': 'polite' });
  readonly #composer: Composer;
  readonly #timeline: Timeline;
  readonly #body: HTMLElement;
  readonly #nothing: HTMLElement;
  #room: Room | undefined;
  #atEnd = true;

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { words } = options;
    this.#timeline = new Timeline({ ...options, actions: this.#actions() });
    this.#loading = element('p', { class: 'quiet loading', hidden: true }, words.loading);
    this.#below = element(
      'button',
      { class: 'below', type: 'button', hidden: true, on: { click: () => this.#toEnd() } },
      icon('down'),
      element('span', {}, words.newMessages),
    );
    this.#scroll = element(
      'div',
      { class: 'scroll', tabindex: '0', on: { scroll: () => this.#scrolled() } },
      this.#loading,
      this.#timeline.list,
    );
    this.#composer = new Composer({
      words,
      onSend: (body) => this.#withRoom((room) => options.onSend(room, body)),
      onEdit: (message, body) => this.#withRoom((room) => options.onEdit(room, message, body)),
      onTyping: () => this.#withRoom((room) => options.onTyping(room)),
    });
    this.#body = element(
      'div',
      { class: 'open' },
      this.#head,
      this.#scroll,
      this.#below,
      this.#typing,
      this.#composer.root,
      this.#spoken,
    );
    this.#nothing = element(
      'div',
      { class: 'empty' },
      element('span', { class: 'mark' }, icon('bus')),
      words.chooseRoom,
    );
    this.root = element('main', { class: 'conversation' }, this.#nothing);
    new ResizeObserver(() => this.#atEnd && this.#toEnd()).observe(this.#scroll);
  }

  get room(): Room | undefined {
    return this.#room;
  }

  open(room: Room): void {
    this.#room = room;
    this.root.replaceChildren(this.#body);
    this.#scroll.setAttribute('aria-label', nameOf(room, this.#options.account));
    this.#timeline.open(room);
    this.#composer.clear();
    this.#atEnd = true;
    this.render();
    // On a phone this would raise the keyboard over what one came to read.
    if (matchMedia('(hover: hover)').matches) this.#composer.focus();
  }

  leave(): void {
    this.#room = undefined;
    this.root.replaceChildren(this.#nothing);
  }

  /** Shows the room as it is now. The reader's place stays: the end at the end, an older line where it was. */
  render({ prepended = false }: { prepended?: boolean } = {}): void {
    const room = this.#room;
    if (!room) return;
    const fromBottom = this.#scroll.scrollHeight - this.#scroll.scrollTop;
    this.#renderHead(room);
    this.#timeline.render();
    if (this.#atEnd) this.#toEnd();
    else if (prepended) this.#scroll.scrollTop = this.#scroll.scrollHeight - fromBottom;
    this.#renderTyping(room);
    // A page that does not fill the height cannot be scrolled for the next.
    if (room.isLoaded && !room.isComplete && this.#scroll.scrollHeight <= this.#scroll.clientHeight) {
      this.#options.onOlder();
    }
  }

  showLoading(isLoading: boolean): void {
    this.#loading.hidden = !isLoading;
  }

  /** A message of somebody else arrived in this room. */
  announce(author: string, body: string): void {
    this.#spoken.textContent = `${author}: ${body}`;
    if (!this.#atEnd) this.#below.hidden = false;
  }

  /** Tells whoever marks as read, where the newest is really being looked at. */
  checkSeen(): void {
    if (this.#room && this.#atEnd && document.visibilityState === 'visible' && document.hasFocus()) {
      this.#options.onSeen(this.#room);
    }
  }

  #actions(): MessageActions {
    return {
      edit: (message) => this.#composer.edit(message),
      remove: (message) => this.#confirmRemove(message),
      retry: (outgoing) => this.#withRoom((room) => this.#options.onRetry(room, outgoing)),
      discard: (outgoing) => this.#withRoom((room) => this.#options.onDiscard(room, outgoing)),
    };
  }

  #confirmRemove(message: Shown): void {
    const { words, onRemove } = this.#options;
    const dialog = element(
      'dialog',
      { 'aria-labelledby': 'remove-question', on: { close: () => dialog.remove() } },
      element('h2', { id: 'remove-question' }, words.removeQuestion),
      element('p', { class: 'quiet' }, words.removeWhy),
      element(
        'div',
        { class: 'buttons' },
        element('button', { class: 'plain', type: 'button', on: { click: () => dialog.close() } }, words.cancel),
        element(
          'button',
          {
            class: 'primary',
            type: 'button',
            on: {
              click: () => {
                dialog.close();
                this.#withRoom((room) => onRemove(room, message));
              },
            },
          },
          words.remove,
        ),
      ),
    );
    this.root.append(dialog);
    dialog.showModal();
  }

  #renderHead(room: Room): void {
    const { account, words, language, onBack } = this.#options;
    const others = room.others(account);
    const name = nameOf(room, account);
    const [other] = others;
    const isOnline = others.some(({ online }) => online);
    const presence = isOnline
      ? words.online
      : other?.lastSeenAt
        ? words.lastSeen(shortText(other.lastSeenAt, language, words))
        : words.offline;
    const { order } = room;
    const trip =
      order &&
      `${order.departure.name} → ${order.arrival.name} · ${dateText(order.departureAt, language)} · ${words.passengers(order.passengers)}`;
    const key = JSON.stringify([name, presence, isOnline, trip]);
    if (this.#head.dataset['key'] === key) return;
    this.#head.dataset['key'] = key;
    this.#head.replaceChildren(
      element(
        'button',
        { class: 'round back', type: 'button', 'aria-label': words.back, on: { click: onBack } },
        icon('back'),
      ),
      avatar(name, isOnline),
      element(
        'div',
        { class: 'who' },
        element('h2', {}, name, other ? element('span', { class: 'role' }, words.roles[other.role]) : undefined),
        element('p', { class: isOnline ? 'presence online' : 'presence' }, presence),
        trip !== undefined && element('p', { class: 'trip', title: trip }, trip),
      ),
    );
  }

  #renderTyping(room: Room): void {
    const { account, words } = this.#options;
    const isTyping = room.typingUntil > Date.now();
    const text = isTyping ? words.typing(nameOf(room, account)) : '';
    if (this.#typing.textContent === text) return;
    this.#typing.replaceChildren(
      ...(isTyping
        ? [element('span', { class: 'dots', 'aria-hidden': 'true' }, element('i'), element('i'), element('i')), text]
        : []),
    );
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < near;
    if (this.#atEnd) {
      this.#below.hidden = true;
      this.checkSeen();
    }
    if (scrollTop < near) this.#options.onOlder();
  }

  #toEnd(): void {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#atEnd = true;
    this.#below.hidden = true;
    this.checkSeen();
  }

  #withRoom(act: (room: Room) => void): void {
    if (this.#room) act(this.#room);
  }
}
