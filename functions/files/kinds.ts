import { filetypeinfo } from 'magic-bytes.js';

/** The kinds of files that are taken: the media type, what a download ends with, and whether it is made anew (Pictures in ports.ts). */
export const fileKinds = {
  jpeg: { type: 'image/jpeg', extension: 'jpg', picture: true },
  png: { type: 'image/png', extension: 'png', picture: true },
  webp: { type: 'image/webp', extension: 'webp', picture: true },
  pdf: { type: 'application/pdf', extension: 'pdf', picture: false },
} as const;

export type FileKind = keyof typeof fileKinds;

/** So many bytes tell the kind: far more than the longest signature of ours. */
export const headBytes = 64;

const kinds = Object.entries(fileKinds) as [FileKind, (typeof fileKinds)[FileKind]][];

/**
 * What a file is by its first bytes, whatever its sender says; undefined where it is none of ours. By `magic-bytes.js`, which needs nothing
 * of a runtime (`file-type` reaches for built-ins of Node). Of a picture the last word has whoever decodes it.
 */
export function kindOf(head: Uint8Array): FileKind | undefined {
  const types = new Set(filetypeinfo(head).map(({ mime }) => mime));
  return kinds.find(([, { type }]) => types.has(type))?.[0];
}
