import type { HttpClient } from '../http.ts';
import { ProblemError } from '../problem-error.ts';
import { element, icon } from './dom.ts';
import type { Words } from './words.ts';

interface LogInOptions {
  http: HttpClient;
  words: Words;
  problem?: string;
  /** Tells what goes on before a log-in is possible. */
  status?: string;
  /** Rejects, or gives a problem, where nobody can log in yet. */
  beforeLogIn: () => Promise<string | undefined>;
  onLogIn: () => void;
  onLanguage: () => void;
}

/** Asks who it is. */
export class LogInView {
  readonly root: HTMLElement;
  readonly #options: LogInOptions;
  readonly #username: HTMLInputElement;
  readonly #password: HTMLInputElement;
  readonly #button: HTMLButtonElement;
  readonly #problem: HTMLElement;
  readonly #status: HTMLElement;

  constructor(options: LogInOptions) {
    this.#options = options;
    const { words, problem = '', status = '', onLanguage } = options;
    this.#username = element('input', {
      id: 'username',
      name: 'username',
      autocomplete: 'username',
      autocapitalize: 'none',
      spellcheck: 'false',
      required: true,
    });
    this.#password = element('input', {
      id: 'password',
      name: 'password',
      type: 'password',
      autocomplete: 'current-password',
      required: true,
    });
    this.#button = element('button', { class: 'primary', type: 'submit' }, words.logIn);
    this.#problem = element('p', { class: 'problem', role: 'alert' }, problem);
    this.#status = element('p', { class: 'status', role: 'status' }, status);
    this.root = element(
      'main',
      { class: 'log-in' },
      element(
        'section',
        { class: 'card' },
        element('div', { class: 'brand' }, element('span', { class: 'mark' }, icon('bus')), words.title),
        element('h1', {}, words.tagline),
        element('p', { class: 'quiet' }, words.lead),
        this.#status,
        element(
          'form',
          { on: { submit: (event) => void this.#submit(event) } },
          element('label', { for: 'username' }, words.username),
          this.#username,
          element('label', { for: 'password' }, words.password),
          this.#password,
          this.#problem,
          this.#button,
        ),
        element(
          'button',
          {
            class: 'link',
            type: 'button',
            lang: words.otherLanguage === 'English' ? 'en' : 'ko',
            on: { click: onLanguage },
          },
          words.otherLanguage,
        ),
      ),
    );
  }

  focus(): void {
    this.#username.focus();
  }

  showStatus(status: string): void {
    this.#status.textContent = status;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const { http, words, beforeLogIn, onLogIn } = this.#options;
    this.#button.disabled = true;
    this.#button.textContent = words.loggingIn;
    this.#problem.textContent = '';
    try {
      const problem = await beforeLogIn();
      if (problem !== undefined) return this.#fail(problem);
      await http.logIn({ username: this.#username.value, password: this.#password.value });
      onLogIn();
    } catch (error) {
      this.#fail(error instanceof ProblemError ? textOf(error) : words.unreachable);
    }
  }

  #fail(problem: string): void {
    this.#problem.textContent = problem;
    this.#button.disabled = false;
    this.#button.textContent = this.#options.words.logIn;
    this.#password.select();
  }
}

/** What went wrong, and what is wrong with the input, in the language of the page. */
const textOf = ({ title, errors }: ProblemError): string => [title, ...errors.map(({ detail }) => detail)].join(' ');
