import type { AccountId, RoomId, SessionId } from '../../schema/ids.ts';
import type { TraceParent } from '../tracing/tracer.ts';
import type { EventFrame } from './catalogue.ts';

/** What a process should know about one account's sockets. A hint: MariaDB says the same to whoever asks. */
export type AccountHint =
  | { kind: 'event'; frame: EventFrame; trace?: TraceParent }
  | { kind: 'joined'; room: RoomId }
  | { kind: 'account_shut' }
  | { kind: 'session_ended'; sessionId: SessionId };

export const accountTopic = (accountId: AccountId): string => `account:${accountId}`;
export const roomTopic = (roomId: RoomId): string => `room:${roomId}`;

/** The room whose topic it is, if it is one's. */
export const roomOfTopic = (topic: string): RoomId | undefined =>
  topic.startsWith('room:') ? (topic.slice('room:'.length) as RoomId) : undefined;

export const encodeAccountHint = (hint: AccountHint): string => JSON.stringify(hint);

/** The hint in a payload, or undefined where it is none of ours (another version of the product on the same bus). */
export function decodeAccountHint(payload: string): AccountHint | undefined {
  let hint: Partial<Record<string, unknown>>;
  try {
    hint = Object(JSON.parse(payload)) as typeof hint;
  } catch {
    return undefined;
  }
  return isAccountHint(hint) ? hint : undefined;
}

/** An event that only a newer version knows is passed on: its clients understand it, the others look past it. */
function isAccountHint(hint: Partial<Record<string, unknown>>): hint is AccountHint {
  const { frame } = hint as { frame?: { type?: unknown; event?: unknown } | null };
  switch (hint['kind']) {
    case 'event':
      return frame?.type === 'event' && typeof frame.event === 'string';
    case 'account_shut':
      return true;
    case 'joined':
      return typeof hint['room'] === 'string';
    case 'session_ended':
      return typeof hint['sessionId'] === 'string';
    default:
      return false;
  }
}
