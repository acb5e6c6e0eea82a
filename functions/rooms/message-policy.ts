import type { NewMessage, Target } from '../../db/append-messages.ts';

/** How long the sender may change a message, in milliseconds: 15 minutes. */
export const changeableMs = 15 * 60 * 1000;

/**
 * Whether a message may change its target: only a text that still stands, or, to delete it, one with files; its own sender in time; an admin, who belongs to
 * no room and can delete alone, at any time.
 */
export function mayChange(message: NewMessage, target: Target, now: number): boolean {
  if (target.deletedAt !== null) return false;
  if (target.kind !== 'text' && (target.kind !== 'files' || message.kind !== 'deletion')) return false;
  if (!message.needsMembership) return message.kind === 'deletion';
  return target.senderId === message.senderId && now - Date.parse(target.sentAt) <= changeableMs;
}
