import { element, icon } from './dom.ts';
import { UploadRefused } from './upload.ts';
import type { Words } from './words.ts';

/** The most that one message carries. */
const most = 10;
const maxBytes = 10 * 2 ** 20;

interface AttachmentsOptions {
  words: Words;
  upload: (file: File, signal: AbortSignal, onProgress: (share: number) => void) => Promise<string>;
  /** Something was added, has gone up, or was taken away. */
  onChange: () => void;
}

interface Attachment {
  node: HTMLElement;
  abort: AbortController;
  /** Once the server has it. */
  id?: string;
  failed?: boolean;
}

/** The files that go with the next message: each is sent at once, with its progress, and can be taken away. */
export class Attachments {
  readonly root = element('ul', { class: 'attachments', hidden: true });
  readonly #options: AttachmentsOptions;
  #all: Attachment[] = [];

  constructor(options: AttachmentsOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** Whether the server has all of them. */
  get isReady(): boolean {
    return this.#all.every(({ id }) => id !== undefined);
  }

  add(files: Iterable<File>): void {
    for (const file of Array.from(files).slice(0, most - this.#all.length)) void this.#add(file);
  }

  /** What goes with a message now. */
  take(): string[] {
    const ids = this.#all.flatMap(({ id }) => id ?? []);
    this.clear();
    return ids;
  }

  clear(): void {
    for (const { abort } of this.#all) abort.abort();
    this.#all = [];
    this.#show();
  }

  async #add(file: File): Promise<void> {
    const { words, upload } = this.#options;
    const progress = element('progress', { max: 1, value: 0, 'aria-label': words.uploading(file.name) });
    const problem = element('span', { class: 'problem', role: 'alert' });
    const abort = new AbortController();
    const remove = element(
      'button',
      {
        class: 'round small',
        type: 'button',
        'aria-label': words.removeFile(file.name),
        on: { click: () => this.#remove(attachment) },
      },
      icon('close'),
    );
    const node = element(
      'li',
      {},
      icon('file'),
      element('span', { class: 'name' }, file.name),
      progress,
      problem,
      remove,
    );
    const attachment: Attachment = { node, abort };
    this.#all.push(attachment);
    this.#show();
    try {
      if (file.size > maxBytes) throw new UploadRefused('payload_too_large');
      attachment.id = await upload(file, abort.signal, (share) => {
        progress.value = share;
      });
      progress.hidden = true;
      node.classList.add('done');
    } catch (error) {
      if (abort.signal.aborted) return;
      attachment.failed = true;
      progress.hidden = true;
      const known: Readonly<Record<string, string>> = words.notUploaded;
      const code = error instanceof UploadRefused ? error.code : undefined;
      problem.textContent = known[code ?? 'other'] ?? words.notUploaded.other;
    }
    this.#options.onChange();
  }

  #remove(attachment: Attachment): void {
    attachment.abort.abort();
    this.#all = this.#all.filter((each) => each !== attachment);
    this.#show();
  }

  #show(): void {
    this.root.replaceChildren(...this.#all.map(({ node }) => node));
    this.root.hidden = this.isEmpty;
    this.#options.onChange();
  }
}
