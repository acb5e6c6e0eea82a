import type { FileKey } from '../../schema/ids.ts';

const form = /^[0-9a-f]{32}$/u;

/** A name that nobody guesses: 128 random bits in lower-case hexadecimal, so that no storage can take it for a path. */
export function newFileKey(): FileKey {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') as FileKey;
}

/** Whether a text has the form of our keys; every adapter refuses another one before it touches its storage. */
export const isFileKey = (text: string): text is FileKey => form.test(text);
