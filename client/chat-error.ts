import type { ChatErrorCode } from '../functions/chat/frames.ts';

/**
 * Why something of the chat failed. Beside the protocol's codes: `session_ended`, log in again; `account_changed`, the
 * connection would be another account's; `refused`, the server does not understand this client; `closed`, the client was closed
 * before an answer came.
 */
export class ChatError extends Error {
  override name = 'ChatError';
  readonly code: ChatErrorCode | 'session_ended' | 'account_changed' | 'refused' | 'closed';

  /** Of a refused content: what is wrong with it, as the protocol names it. */
  readonly reason: string | undefined;

  constructor(code: ChatError['code'], message: string = code, { reason }: { reason?: string | undefined } = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}
