import type { OutboxRow } from '../../db/outbox.ts';
import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';
import type { Notice } from '../notices/notice.ts';

/** What sockets should know at once and find out by themselves if they do not: nothing of it needs to be kept. */
export type SocketHint =
  | { kind: 'joined'; accountId: AccountId; roomId: RoomId }
  | { kind: 'account_shut'; accountId: AccountId }
  | { kind: 'session_ended'; accountId: AccountId; sessionId: SessionId };

/** What a change has to tell, once it has been committed. */
export interface Effects {
  rows: readonly OutboxRow[];
  hints: readonly SocketHint[];
  /** What is sent once and kept nowhere: codes. Whoever got none asks for another. */
  notices: readonly Notice[];
}
