import { refusalReasonOf } from '../text-rules.ts';
import { Attachments } from './attachments.ts';
import { element, icon } from './dom.ts';
import type { Draft, DraftEdit } from './drafts.ts';
import { refusalText } from './words.ts';
import type { Words } from './words.ts';
import type { Refusal } from './room.ts';

/** How often the room is told that one types, in milliseconds. */
const typingMs = 3_000;
/** Characters that a line of the text field holds at least. */
const lineLength = 44;

interface ComposerOptions {
  words: Words;
  onSend: (body: string, files: string[]) => void;
  /** Sends a file for the open room; gives its id. */
  upload: (file: File, signal: AbortSignal, onProgress: (share: number) => void) => Promise<string>;
  onEdit: (seq: number, body: string) => void;
  onTyping: () => void;
  /** What is being written has changed. */
  onDraft: (draft: Draft) => void;
}

/** Where one writes: Enter sends, Shift+Enter breaks the line, Escape ends an edit. */
export class Composer {
  readonly root: HTMLFormElement;
  readonly #options: ComposerOptions;
  readonly #text: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #editing: HTMLElement;
  readonly #attachments: Attachments;
  readonly #picker: HTMLInputElement;
  readonly #problem = element('p', { class: 'problem', role: 'alert' });
  /** The new message; while an edit is written, it waits. */
  #body = '';
  #edit: DraftEdit | undefined;
  /** Why the server refused what is being rewritten; until the text is changed. */
  #refusal: Refusal | undefined;
  #typedAt = 0;

  constructor(options: ComposerOptions) {
    this.#options = options;
    const { words } = options;
    this.#text = element('textarea', {
      rows: 1,
      placeholder: words.write,
      'aria-label': words.write,
      enterkeyhint: 'send',
      on: {
        keydown: (event) => this.#onKey(event as KeyboardEvent),
        input: () => this.#onInput(),
        paste: (event) => this.#attach((event as ClipboardEvent).clipboardData, event),
      },
    });
    this.#attachments = new Attachments({ words, upload: options.upload, onChange: () => this.#fit() });
    this.#picker = element('input', {
      type: 'file',
      multiple: true,
      hidden: true,
      accept: 'image/jpeg,image/png,image/webp,application/pdf',
      on: { change: () => this.#onPicked() },
    });
    const attach = element(
      'button',
      {
        class: 'round',
        type: 'button',
        'aria-label': words.attach,
        title: words.attach,
        on: { click: () => this.#picker.click() },
      },
      icon('file'),
    );
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
        { class: 'round small', type: 'button', 'aria-label': words.cancel, on: { click: () => this.#cancelEdit() } },
        icon('close'),
      ),
    );
    this.root = element(
      'form',
      { class: 'composer', on: { submit: (event) => this.#onSubmit(event) } },
      this.#editing,
      this.#problem,
      this.#attachments.root,
      element('div', { class: 'row' }, this.#picker, attach, this.#text, this.#send),
    );
  }

  /** Whether nothing would be disturbed: nothing is being written. */
  get isIdle(): boolean {
    return this.#edit === undefined && this.#body.trim() === '' && this.#attachments.isEmpty;
  }

  /** Files that were dropped somewhere in the conversation, or pasted, go with the next message. */
  attach(files: Iterable<File>): void {
    this.#attachments.add(files);
    this.focus();
  }

  /** Another room is open: what goes with a message of the one before does not go with one of this. */
  forgetFiles(): void {
    this.#attachments.clear();
  }

  focus(): void {
    this.#text.focus();
  }

  /** Shows what was being written in a room. */
  show({ body, edit }: Draft): void {
    this.#body = body;
    this.#edit = edit;
    this.#refusal = undefined;
    this.#showText();
  }

  /** Begins to change a message, or goes on with a change that was refused. */
  edit(edit: DraftEdit, refusal?: Refusal): void {
    this.#edit = edit;
    this.#refusal = refusal;
    this.#showText();
    this.#tellDraft();
  }

  /** Puts a text that was refused before what is being written, to be corrected. */
  rewrite(body: string, refusal: Refusal): void {
    this.#edit = undefined;
    this.#body = this.#body.trim() === '' ? body : `${body}\n${this.#body}`;
    this.#refusal = refusal;
    this.#showText();
    this.#tellDraft();
    this.focus();
  }

  #cancelEdit(): void {
    this.#edit = undefined;
    this.#refusal = undefined;
    this.#showText();
    this.#tellDraft();
    this.focus();
  }

  #showText(): void {
    this.#editing.hidden = this.#edit === undefined;
    this.#text.value = this.#edit?.body ?? this.#body;
    this.#fit();
  }

  #onKey(event: KeyboardEvent): void {
    // While a Korean syllable is being composed, Enter belongs to the input method.
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) this.#onSubmit(event);
    if (event.key === 'Escape' && this.#edit) this.#cancelEdit();
  }

  #onInput(): void {
    const { value } = this.#text;
    this.#refusal = undefined;
    if (this.#edit) this.#edit = { ...this.#edit, body: value };
    else this.#body = value;
    this.#fit();
    this.#tellDraft();
    if (this.#edit || value.trim() === '' || Date.now() - this.#typedAt < typingMs) return;
    this.#typedAt = Date.now();
    this.#options.onTyping();
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    const body = this.#text.value.trim();
    if (!this.#canSend(body)) return;
    const edit = this.#edit;
    const files = edit ? [] : this.#attachments.take();
    if (edit) this.#edit = undefined;
    else this.#body = '';
    this.#refusal = undefined;
    this.#typedAt = 0;
    this.#showText();
    this.#tellDraft();
    if (!edit) this.#options.onSend(body, files);
    else if (edit.original !== body) this.#options.onEdit(edit.seq, body);
    this.focus();
  }

  /** A text, or files that have all gone up; of an edit, the text alone. */
  #canSend(body: string): boolean {
    const reason = refusalReasonOf(body);
    if (this.#edit || this.#attachments.isEmpty) return reason === undefined;
    return this.#attachments.isReady && (reason === undefined || reason === 'blank');
  }

  #onPicked(): void {
    this.attach(this.#picker.files ?? []);
    this.#picker.value = '';
  }

  /** Of what is pasted, files are taken, and a text is left to the field. */
  #attach(data: DataTransfer | null, event: Event): void {
    const files = Array.from(data?.files ?? []);
    if (files.length === 0 || this.#edit) return;
    event.preventDefault();
    this.attach(files);
  }

  #tellDraft(): void {
    this.#options.onDraft({ body: this.#body, ...(this.#edit && { edit: this.#edit }) });
  }

  /** As high as its lines, what is wrong with the text, and a button that says whether it would do something. */
  #fit(): void {
    const { words } = this.#options;
    const { value } = this.#text;
    const reason = refusalReasonOf(value.trim());
    const refusal =
      this.#refusal && `${this.#edit ? words.notEdited : words.failed} ${refusalText(words, this.#refusal)}`;
    this.#problem.textContent = reason === 'too_long' ? words.tooLong : (refusal ?? '');
    this.#send.disabled = !this.#canSend(value.trim());
    const lines = value.split('\n').reduce((rows, line) => rows + Math.ceil((line.length + 1) / lineLength), 0);
    // By a rule of the sheet: the policy allows no style attributes.
    this.#text.rows = Math.min(6, Math.max(1, lines));
  }
}
