import type { LoggedMessage } from './room-log.ts';
import type { Words } from './words.ts';

/** A file that a message carries. */
export interface MessageFile {
  id: string;
  name: string | null;
  type: string;
  bytes: number;
  width?: number;
  height?: number;
}

/** What somebody said: a text, files, or both. */
export const isSaid = ({ kind }: { kind: string }): boolean => kind === 'text' || kind === 'files';

/** What a message says: of one with files its text, and the files. */
export function contentOf({ kind, body }: Pick<LoggedMessage, 'kind' | 'body'>): {
  text: string;
  files: MessageFile[];
} {
  if (kind !== 'files') return { text: body, files: [] };
  try {
    const { text = '', files = [] } = JSON.parse(body) as { text?: string; files?: MessageFile[] };
    return { text, files };
  } catch {
    // A deleted one has no body.
    return { text: '', files: [] };
  }
}

/** A message in one line. */
export function lineOf(message: Pick<LoggedMessage, 'kind' | 'body'>, words: Words): string {
  const { text, files } = contentOf(message);
  return text === '' && files.length > 0 ? words.files(files.length) : text;
}
