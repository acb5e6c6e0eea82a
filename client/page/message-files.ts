import type { HttpClient } from '../http.ts';
import { element, icon } from './dom.ts';
import type { MessageFile } from './said.ts';
import type { Language, Words } from './words.ts';

/** Brings the bytes of files, which only a token opens, to the page. A picture is asked for once. */
export class FileLoader {
  readonly #http: HttpClient;
  readonly #pictures = new Map<string, Promise<string>>();

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** An address for `<img>`, within this page alone. */
  picture(id: string): Promise<string> {
    const known = this.#pictures.get(id);
    if (known) return known;
    const loading = this.#load(id).then((blob) => URL.createObjectURL(blob));
    this.#pictures.set(id, loading);
    loading.catch(() => this.#pictures.delete(id));
    return loading;
  }

  async save({ id, name }: MessageFile): Promise<void> {
    const url = URL.createObjectURL(await this.#load(id));
    const link = element('a', { href: url, download: name ?? id });
    link.click();
    // The browser has begun by then; an address that is never given back keeps its bytes.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  close(): void {
    for (const loading of this.#pictures.values())
      void loading.then(
        (url) => URL.revokeObjectURL(url),
        () => {},
      );
  }

  async #load(id: string): Promise<Blob> {
    const headers = { Authorization: `Bearer ${await this.#http.token()}` };
    const response = await fetch(`/v1/files/${id}`, { headers });
    if (!response.ok) throw new Error(`a file cannot be read: ${response.status}`);
    return response.blob();
  }
}

/** The files of a message: pictures as such, others by their names; each can be saved. */
export function filesElement(
  files: readonly MessageFile[],
  { words, language, loader }: { words: Words; language: Language; loader: FileLoader },
): HTMLElement | undefined {
  if (files.length === 0) return undefined;
  const save = (file: MessageFile) => () => void loader.save(file).catch(() => {});
  const each = files.map((file) => {
    const name = file.name ?? words.file;
    const title = `${name} (${sizeText(file.bytes, language)})`;
    const attributes = { type: 'button', title: words.saveFile(title), on: { click: save(file) } };
    if (!file.type.startsWith('image/')) {
      return element('button', { ...attributes, class: 'file' }, icon('file'), element('span', {}, title));
    }
    const picture = element('img', { alt: name, width: file.width ?? 320, height: file.height ?? 240 });
    loader.picture(file.id).then(
      (url) => picture.setAttribute('src', url),
      () => picture.classList.add('missing'),
    );
    return element('button', { ...attributes, class: 'picture' }, picture);
  });
  return element('div', { class: 'files' }, ...each);
}

/** `1.2 MB` */
export function sizeText(bytes: number, language: Language): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  const format = { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, format).format(value);
}
