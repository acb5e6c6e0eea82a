import { element, icon } from './dom.ts';
import type { Shown } from './room-log.ts';
import type { Words } from './words.ts';

/** How often the room is told that one types, in milliseconds. */
const typingMs = 3_000;
const longest = 4_000;

interface ComposerOptions {
  words: Words;
  onSend: (body: string) => void;
  onEdit: (message: Shown, body: string) => void;
  onTyping: () => void;
}

/** Where one writes: Enter sends, Shift+Enter breaks the line, Escape ends an edit. */
export class Composer {
  readonly root: HTMLFormElement;
  readonly #options: ComposerOptions;
  readonly #text: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #editing: HTMLElement;
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  #message: Shown | undefined;
  #typedAt = 0;

  constructor(options: ComposerOptions) {
    this.#options = options;
    const { words } = options;
    this.#text = element('textarea', {
      rows: 1,
      placeholder: words.write,
      'aria-label': words.write,
      enterkeyhint: 'send',
      on: { keydown: (event) => this.#press(event as KeyboardEvent), input: () => this.#type() },
    });
    this.#send = element(
      'button',
      { class: 'round send', type: 'submit', 'aria-label': words.send, title: words.send },
      icon('send'),
    );
    this.#editing = element(
      'div',
      { class: 'editing', hidden: true },
      icon('edit'),
      words.editing,
      element(
        'button',
        { class: 'round small', type: 'button', 'aria-label': words.cancel, on: { click: () => this.#endEdit() } },
        icon('close'),
      ),
    );
    this.root = element(
      'form',
      { class: 'composer', on: { submit: (event) => this.#submit(event) } },
      this.#editing,
      this.#problem,
      element('div', { class: 'row' }, this.#text, this.#send),
    );
    this.#fit();
  }

  focus(): void {
    this.#text.focus();
  }

  /** Starts afresh, for another room. */
  clear(): void {
    this.#endEdit();
  }

  edit(message: Shown): void {
    this.#message = message;
    this.#editing.hidden = false;
    this.#text.value = message.body;
    this.#fit();
    this.focus();
  }

  #endEdit(): void {
    this.#message = undefined;
    this.#editing.hidden = true;
    this.#text.value = '';
    this.#fit();
  }

  #press(event: KeyboardEvent): void {
    // While a Korean syllable is being composed, Enter belongs to the input method.
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) this.#submit(event);
    if (event.key === 'Escape' && this.#message) this.#endEdit();
  }

  #type(): void {
    this.#fit();
    if (this.#message || this.#text.value.trim() === '' || Date.now() - this.#typedAt < typingMs) return;
    this.#typedAt = Date.now();
    this.#options.onTyping();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const body = this.#text.value.trim();
    if (body === '' || body.length > longest) return;
    const message = this.#message;
    this.#endEdit();
    this.#typedAt = 0;
    if (!message) this.#options.onSend(body);
    else if (message.body !== body) this.#options.onEdit(message, body);
    this.focus();
  }

  /** As high as its lines, and a button that says whether it would do something. */
  #fit(): void {
    const { value } = this.#text;
    this.#problem.textContent = value.trim().length > longest ? this.#options.words.tooLong : '';
    this.#send.disabled = value.trim() === '' || value.trim().length > longest;
    // By a rule of the sheet: the policy allows no style attributes.
    this.#text.rows = Math.min(
      6,
      Math.max(
        1,
        value.split('\n').reduce((rows, line) => rows + Math.ceil((line.length + 1) / 44), 0),
      ),
    );
  }
}
