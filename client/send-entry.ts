import type { SendOptions } from './chat-types.ts';
import { newMessageId } from './message-id.ts';
import type { OutboxEntry } from './outbox.ts';

export interface MessageOptions extends SendOptions {
  /** Ids of files that go with the text. */
  files?: readonly string[] | undefined;
}

/** A message as it waits: its text, its files, or both. */
export function sendEntry(
  room: string,
  text: string,
  { id = newMessageId(), files = [] }: MessageOptions,
): OutboxEntry {
  if (files.length === 0) return { type: 'send', id, room, body: text };
  return { type: 'send', id, room, ...(text.trim() !== '' && { body: text }), files };
}
