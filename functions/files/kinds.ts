/** The kinds of files that are taken: the media type, what a download ends with, and whether it is made anew (Pictures in ports.ts). */
export const fileKinds = {
  jpeg: { type: 'image/jpeg', extension: 'jpg', picture: true },
  png: { type: 'image/png', extension: 'png', picture: true },
  webp: { type: 'image/webp', extension: 'webp', picture: true },
  pdf: { type: 'application/pdf', extension: 'pdf', picture: false },
} as const;

export type FileKind = keyof typeof fileKinds;

/** So many bytes tell the kind. */
export const headBytes = 12;

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));

const at = (head: Uint8Array, offset: number, bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => head[offset + index] === byte);

const signatures: readonly (readonly [FileKind, (head: Uint8Array) => boolean])[] = [
  ['jpeg', (head) => at(head, 0, [0xff, 0xd8, 0xff])],
  ['png', (head) => at(head, 0, [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a])],
  ['webp', (head) => at(head, 0, ascii('RIFF')) && at(head, 8, ascii('WEBP'))],
  ['pdf', (head) => at(head, 0, ascii('%PDF-'))],
];

/**
 * What a file is by its first bytes, whatever its sender says; undefined where it is none of ours. By four signatures of our own:
 * the libraries that know hundreds reach for built-ins of Node. Of a picture the last word has whoever decodes it.
 */
export const kindOf = (head: Uint8Array): FileKind | undefined => signatures.find(([, fits]) => fits(head))?.[0];
