import type { SessionSnapshot } from '../../functions/chat/session.ts';
import { isPrincipal } from './is-principal.ts';

/** What a socket's attachment holds while its object sleeps. */
export interface Attachment extends SessionSnapshot {
  connectionId: string;
  requestId: string;
  cursors: Uint8Array;
  overflowed: boolean;
  sweepAt: number;
}

/** Undefined where there is none: the socket was on its way in, or out; or where another version has written it. */
export function readAttachment(socket: WebSocket): Attachment | undefined {
  const kept = Object(socket.deserializeAttachment()) as Partial<Record<keyof Attachment, unknown>>;
  const isOurs =
    isPrincipal(kept.principal) &&
    typeof kept.epoch === 'string' &&
    typeof kept.synced === 'boolean' &&
    typeof kept.openedAt === 'number' &&
    typeof kept.connectionId === 'string' &&
    typeof kept.requestId === 'string' &&
    kept.cursors instanceof Uint8Array &&
    typeof kept.overflowed === 'boolean' &&
    typeof kept.sweepAt === 'number';
  return isOurs ? (kept as unknown as Attachment) : undefined;
}

/** Leaves nothing of which the socket's session could be restored. */
export function clearAttachment(socket: WebSocket): void {
  try {
    socket.serializeAttachment(null);
  } catch {
    // It is closed already, and takes nothing more.
  }
}
