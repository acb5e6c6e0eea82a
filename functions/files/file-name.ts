/** The most that is kept of a name, in UTF-16 code units: what the column holds, its ending included. */
const longest = 120;

/** What ends a line, or turns the direction of a text, or is not seen at all: `photo\u202Egpj.exe` reads as `photoexe.jpg`. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** What means something to a shell or a file system. */
const unsafe = /[<>:"|?*\\/]/gu;

/**
 * What a sender calls a file, as it is offered for a download: one name without a path, in visible characters, that ends as its
 * content does, whatever it ended with. Undefined where nothing is left of it.
 */
export function cleanFileName(name: string, extension: string): string | undefined {
  const last = name.toWellFormed().split(/[\\/]/u).at(-1) ?? '';
  const visible = last.normalize('NFC').replaceAll(unseen, '').replaceAll(unsafe, '_').replaceAll(/\s+/gu, ' ');
  const stem = trimmed(visible.replace(/\.[a-z0-9]{1,5}$/iu, ''));
  if (stem === '') return undefined;
  return `${trimmed(cut(stem))}.${extension}`;
}

/** Windows drops dots and blanks at the end, and others hide what begins with a dot. */
const trimmed = (text: string): string => text.replaceAll(/^[.\s]+|[.\s]+$/gu, '');

/** Between two characters. */
const cut = (text: string): string => text.slice(0, longest).replace(/[\uD800-\uDBFF]$/u, '');

/** A `Content-Disposition` (RFC 6266) for any name: in ASCII for old clients, and whole (RFC 8187). */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^ -~]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
