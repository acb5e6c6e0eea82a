import { HttpClient } from '../http.ts';
import { ChatView } from './chat-view.ts';
import { element } from './dom.ts';
import { LogInView } from './log-in-view.ts';
import { OutboxStorage } from './outbox-storage.ts';
import { wordsOf } from './words.ts';
import type { Language } from './words.ts';

const languageKey = 'kingbus.language';

/** The page: a log-in, or the chat of who is logged in. The refresh token is a cookie; the access token stays in memory. */
class Page {
  readonly #root = document.querySelector('#app') as HTMLElement;
  #language: Language;
  #http: HttpClient;
  #chat: ChatView | undefined;

  constructor() {
    const chosen = localStorage.getItem(languageKey) ?? document.documentElement.lang;
    this.#language = chosen === 'en' ? 'en' : 'ko';
    this.#http = this.#client();
  }

  async start(): Promise<void> {
    this.#applyLanguage();
    if (!this.#isAtHome()) return;
    try {
      const account = await this.#http.resume();
      if (account) this.#showChat();
      else this.#showLogIn();
    } catch {
      this.#showLogIn(wordsOf(this.#language).unreachable);
    }
  }

  #client(): HttpClient {
    const http = new HttpClient({ origin: location.origin, refreshIn: 'cookie', language: this.#language });
    http.onSessionEnd(() => this.#showLogIn(wordsOf(this.#language).sessionEnded));
    return http;
  }

  /** The server accepts sockets of its own pages only: another name of the same machine is another origin. */
  #isAtHome(): boolean {
    const origins = (document.querySelector<HTMLMetaElement>('meta[name="kingbus-origins"]')?.content ?? '').split(' ');
    const [home] = origins;
    if (home === undefined || home === '' || origins.includes(location.origin)) return true;
    const link = element('a', { href: `${home}/chat` }, `${home}/chat`);
    this.#root.replaceChildren(
      element('main', { class: 'notice' }, element('p', {}, wordsOf(this.#language).wrongOrigin), link),
    );
    return false;
  }

  #showLogIn(problem?: string): void {
    this.#chat?.close();
    this.#chat = undefined;
    const view = new LogInView({
      http: this.#http,
      words: wordsOf(this.#language),
      ...(problem !== undefined && { problem }),
      onLogIn: () => this.#showChat(),
      onLanguage: () => this.#switchLanguage(),
    });
    this.#root.replaceChildren(view.root);
    view.focus();
  }

  #showChat(): void {
    const account = this.#http.account;
    if (!account) return this.#showLogIn();
    const stored = new OutboxStorage(sessionStorage, account.id);
    this.#chat = new ChatView({
      http: this.#http,
      account,
      language: this.#language,
      outbox: stored.load(),
      keepOutbox: (entries) => stored.save(entries),
      onLogOut: () => void this.#logOut(),
      onSessionEnd: () => this.#showLogIn(wordsOf(this.#language).sessionEnded),
      onLanguage: () => this.#switchLanguage(),
    });
    this.#root.replaceChildren(this.#chat.root);
    this.#chat.start();
  }

  async #logOut(): Promise<void> {
    this.#chat?.close();
    this.#chat = undefined;
    sessionStorage.clear();
    await this.#http.logOut().catch(() => {});
    this.#showLogIn();
  }

  #switchLanguage(): void {
    this.#language = this.#language === 'ko' ? 'en' : 'ko';
    localStorage.setItem(languageKey, this.#language);
    location.reload();
  }

  #applyLanguage(): void {
    document.documentElement.lang = this.#language;
    document.title = wordsOf(this.#language).title;
  }
}

await new Page().start();
