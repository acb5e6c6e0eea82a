import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';
import type { EventFrame } from './frames.ts';

/** What a process should know about one account's sockets. A hint: MariaDB says the same to whoever asks. */
export type AccountHint =
  | { kind: 'event'; frame: EventFrame }
  | { kind: 'joined'; room: RoomId }
  | { kind: 'session_ended'; sessionId: SessionId };

export const accountTopic = (accountId: AccountId): string => `account:${accountId}`;
export const roomTopic = (roomId: RoomId): string => `room:${roomId}`;

export const encodeAccountHint = (hint: AccountHint): string => JSON.stringify(hint);
export const decodeAccountHint = (payload: string): AccountHint => JSON.parse(payload) as AccountHint;
