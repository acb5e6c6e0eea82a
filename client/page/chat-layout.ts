import type { ChatState } from '../chat-types.ts';
import { element, icon } from './dom.ts';
import type { Language, Words } from './words.ts';

/** A connection that is away for less than this is not reported, in milliseconds. */
const bannerDelayMs = 800;

interface ChatLayoutOptions {
  words: Words;
  language: Language;
  displayName: string;
  roomList: HTMLElement;
  conversation: HTMLElement;
  onLogOut: () => void;
  onLanguage: () => void;
  /** By keyboard, past everything, to where one writes. */
  onSkip: () => void;
  /** The person does not want to wait for the next attempt to connect. */
  onReconnect: () => void;
}

/** What stands around the rooms and the conversation: the header, and the banner that tells of a lost connection. */
export class ChatLayout {
  readonly root: HTMLElement;
  readonly #options: ChatLayoutOptions;
  readonly #banner = element('div', { class: 'banner', role: 'status', hidden: true });
  readonly #bannerText = element('span');
  readonly #unsent = element('span');
  readonly #reconnect: HTMLButtonElement;
  #bannerTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ChatLayoutOptions) {
    this.#options = options;
    const { words, displayName, roomList, conversation, onReconnect } = options;
    this.#reconnect = element(
      'button',
      { class: 'link', type: 'button', on: { click: onReconnect } },
      words.reconnectNow,
    );
    this.#banner.append(
      element('span', { class: 'spinner', 'aria-hidden': 'true' }),
      element('p', {}, this.#bannerText, ' ', this.#unsent),
      this.#reconnect,
    );
    this.root = element(
      'div',
      { class: 'chat' },
      element('button', { class: 'skip primary', type: 'button', on: { click: options.onSkip } }, words.toComposer),
      element(
        'aside',
        { class: 'side' },
        this.#header(),
        roomList,
        element('footer', { class: 'self quiet' }, displayName),
      ),
      element('div', { class: 'pane' }, this.#banner, conversation),
    );
    document.title = words.title;
  }

  /** On a narrow screen either the rooms are shown or the conversation. */
  showConversation(isShown: boolean): void {
    this.root.classList.toggle('has-room', isShown);
  }

  showUnread(count: number): void {
    const { title } = this.#options.words;
    document.title = count > 0 ? `(${count}) ${title}` : title;
  }

  /** Tells of a connection that is away for a while. @param isFirst whether there was none before */
  showConnection({ name }: ChatState, { isFirst }: { isFirst: boolean }): void {
    clearTimeout(this.#bannerTimer);
    if (name === 'online') {
      this.#banner.hidden = true;
      return;
    }
    const { words } = this.#options;
    this.#bannerText.textContent = isFirst ? words.connecting : words.reconnecting;
    this.#reconnect.hidden = isFirst;
    if (this.#banner.hidden) this.#bannerTimer = setTimeout(() => (this.#banner.hidden = false), bannerDelayMs);
  }

  /** Tells beside it how many messages wait for the connection. */
  showUnsent(count: number): void {
    const text = count > 0 ? this.#options.words.waitingOnes(count) : '';
    if (this.#unsent.textContent !== text) this.#unsent.textContent = text;
  }

  close(): void {
    clearTimeout(this.#bannerTimer);
  }

  #header(): HTMLElement {
    const { words, language, onLanguage, onLogOut } = this.#options;
    return element(
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
        { class: 'round', type: 'button', 'aria-label': words.logOut, title: words.logOut, on: { click: onLogOut } },
        icon('leave'),
      ),
    );
  }
}
