import { AccountChangedError } from '../account-changed-error.ts';
import { HttpClient } from '../http.ts';
import { newMessageId } from '../message-id.ts';
import type { OutputOf } from '../routes.ts';
import { accountChangedView } from './account-changed-view.ts';
import { ChatView } from './chat-view.ts';
import { element } from './dom.ts';
import { accountStorage, JsonStorage } from './json-storage.ts';
import { LogInView } from './log-in-view.ts';
import { PendingLogOut } from './pending-log-out.ts';
import { RetriedTask } from './retried-task.ts';
import { TabLock } from './tab-lock.ts';
import { wordsOf } from './words.ts';
import type { Language, Words } from './words.ts';

const languageKey = 'kingbus.language';
/** Who logged in last in this browser, for its other tabs. */
const accountKey = 'account';

/** The page: a log-in, or the chat of who is logged in. The refresh token is a cookie; the access token stays in memory. */
class Page {
  readonly #root = document.querySelector('#app') as HTMLElement;
  readonly #language: Language;
  readonly #words: Words;
  readonly #storage = new JsonStorage(localStorage, 'kingbus.');
  readonly #tabLock: TabLock;
  readonly #http: HttpClient;
  readonly #pendingLogOut: PendingLogOut;
  #chat: ChatView | undefined;
  /** Whose chat is shown. */
  #account: OutputOf<'GET /v1/me'> | undefined;
  /** The finishing of a log-out. */
  #finishing: RetriedTask | undefined;

  constructor() {
    const chosen = localStorage.getItem(languageKey) ?? document.documentElement.lang;
    this.#language = chosen === 'en' ? 'en' : 'ko';
    this.#words = wordsOf(this.#language);
    // A page without TLS has no Web Locks.
    const locks = 'locks' in navigator ? navigator.locks : undefined;
    this.#tabLock = new TabLock(locks, newMessageId());
    this.#http = this.#client();
    this.#http.onSessionEnd(() => this.#showLogIn({ problem: this.#words.sessionEnded }));
    this.#http.onAccountChange(() => this.#showAccountChanged());
    this.#pendingLogOut = new PendingLogOut(this.#storage, (account) => this.#client(account), locks);
  }

  async start(): Promise<void> {
    document.documentElement.lang = this.#language;
    document.title = this.#words.title;
    if (!this.#isAllowedOrigin()) return;
    this.#tabLock.hold();
    globalThis.addEventListener('storage', ({ key }) => this.#onOtherTab(key));
    if (this.#pendingLogOut.account !== undefined) return this.#showPendingLogOut();
    await this.#resume();
  }

  async #resume(): Promise<void> {
    try {
      if (await this.#http.resume()) this.#showChat();
      else this.#showLogIn();
    } catch (error) {
      if (!(error instanceof AccountChangedError)) this.#showLogIn({ problem: this.#words.unreachable });
    }
  }

  #client(account?: string): HttpClient {
    return new HttpClient({
      origin: location.origin,
      refreshIn: 'cookie',
      language: this.#language,
      ...(account !== undefined && { account }),
    });
  }

  /** The server accepts sockets of its own pages only: another name of the same machine is another origin. */
  #isAllowedOrigin(): boolean {
    const origins = (document.querySelector<HTMLMetaElement>('meta[name="kingbus-origins"]')?.content ?? '').split(' ');
    const [allowed] = origins;
    if (allowed === undefined || allowed === '' || origins.includes(location.origin)) return true;
    const link = element('a', { href: `${allowed}/chat` }, `${allowed}/chat`);
    this.#root.replaceChildren(element('main', { class: 'notice' }, element('p', {}, this.#words.wrongOrigin), link));
    return false;
  }

  #showLogIn({ problem, status }: { problem?: string; status?: string } = {}): LogInView {
    this.#closeChat();
    const view = new LogInView({
      http: this.#http,
      words: this.#words,
      ...(problem !== undefined && { problem }),
      ...(status !== undefined && { status }),
      beforeLogIn: async () => ((await this.#pendingLogOut.finish()) ? undefined : this.#words.unreachable),
      onLogIn: () => this.#showChat(),
      onLanguage: () => this.#switchLanguage(),
    });
    this.#root.replaceChildren(view.root);
    view.focus();
    return view;
  }

  #showChat(): void {
    const { account } = this.#http;
    if (!account) return void this.#showLogIn();
    this.#finishing?.close();
    this.#account = account;
    this.#storage.set(accountKey, account.id);
    this.#chat = new ChatView({
      http: this.#http,
      account,
      language: this.#language,
      storage: accountStorage(localStorage, account.id),
      tabLock: this.#tabLock,
      onLogOut: () => this.#logOut(account.id),
      onSessionEnd: () => this.#showLogIn({ problem: this.#words.sessionEnded }),
      onAccountChange: () => this.#showAccountChanged(),
      onLanguage: () => this.#switchLanguage(),
    });
    this.#root.replaceChildren(this.#chat.root);
    this.#chat.start();
  }

  #closeChat(): void {
    this.#chat?.close();
    this.#chat = undefined;
    this.#account = undefined;
  }

  #showAccountChanged(): void {
    const account = this.#account;
    if (!account) return;
    this.#closeChat();
    const view = accountChangedView({
      words: this.#words,
      displayName: account.displayName,
      onContinue: () => this.#reload(),
      onLogIn: () => this.#showLogIn(),
    });
    this.#root.replaceChildren(view);
    view.querySelector('button')?.focus();
  }

  /** Ends the session, and removes what the account has left in this browser, which others may use. */
  #logOut(account: string): void {
    accountStorage(localStorage, account).clear();
    this.#storage.remove(accountKey);
    this.#pendingLogOut.begin(account);
    history.replaceState(null, '', location.pathname + location.search);
    this.#showPendingLogOut();
  }

  /** Shows the log-in, and finishes the log-out, however long the server cannot be reached. */
  #showPendingLogOut(): void {
    const view = this.#showLogIn();
    this.#finishing?.close();
    const finishing = new RetriedTask({
      work: async () => {
        if (!(await this.#pendingLogOut.finish())) throw new Error('the server could not be reached');
      },
      onState: (state) => {
        if (state === 'idle') view.showStatus(this.#words.logOutDone);
        else if (state !== 'running') view.showStatus(this.#words.logOutPending);
      },
      tries: Infinity,
    });
    this.#finishing = finishing;
    globalThis.addEventListener('online', () => finishing.retry());
    finishing.run();
  }

  /** Another tab of this browser logged in or out. */
  #onOtherTab(key: string | null): void {
    const account = this.#account?.id;
    if (account === undefined) return;
    if (key === `${this.#storage.prefix}${accountKey}` && this.#storage.get(accountKey) !== account) {
      // The cookie is another account's now: the client finds out, and ends.
      this.#http.token({ fresh: true }).catch(() => {});
    }
    if (this.#pendingLogOut.account === account) this.#showPendingLogOut();
  }

  #switchLanguage(): void {
    localStorage.setItem(languageKey, this.#language === 'ko' ? 'en' : 'ko');
    this.#reload();
  }

  #reload(): void {
    location.reload();
  }
}

await new Page().start();
