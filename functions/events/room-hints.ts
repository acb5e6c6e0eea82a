import type { StoredMessage } from '../../db/messages.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';
import { toMessage } from '../rooms/room-schema.ts';
import type { ServerFrame } from '../chat/frames.ts';
import type { TraceParent } from '../tracing/tracer.ts';

/** A message as the frame that every member gets; encoded once, however many they are. */
export function encodeMessage(room: RoomId, message: StoredMessage): string {
  return JSON.stringify({ type: 'message', room, ...toMessage(message) });
}

/** What travels on a room's topic: new messages of the log, or an ephemeral frame that no log keeps. */
export type RoomHint =
  | { kind: 'messages'; first: number; at: number; frames: string[]; trace: TraceParent | undefined }
  | { kind: 'head'; head: number }
  | { kind: 'ephemeral'; except: string; frame: string };

// JSON has no raw line break, so lines separate frames and nobody has to parse them on the way.

/**
 * Consecutive messages: `m<first seq> <their time in ms>`, and, where they are traced, ` <traceparent>`; then a frame a line. What is
 * not traced, which is nearly everything, carries nothing of it, and who knows no traces looks past it.
 */
export function encodeMessages(room: RoomId, messages: StoredMessage[], trace?: TraceParent): string {
  const [first] = messages;
  const head = `m${first?.seq} ${Date.parse(first?.sentAt ?? '')}${trace === undefined ? '' : ` ${trace}`}`;
  return [head, ...messages.map((message) => encodeMessage(room, message))].join('\n');
}

/** How far the log reaches, for whoever may have missed something: `h<seq>`. */
export const encodeHead = (head: number): string => `h${head}\n`;

/** A frame that may be lost (typing, read marks): `p<the account that does not get it>`, then the frame. */
export function encodeEphemeral(frame: ServerFrame, except: AccountId | '' = ''): string {
  return `p${except}\n${JSON.stringify(frame)}`;
}

/** Whether a payload is a frame that may be lost. */
export const isEphemeral = (payload: string): boolean => payload.startsWith('p');

/** What a payload says of who is here; undefined where it says nothing of that. */
export function presenceIn(payload: string): Extract<ServerFrame, { type: 'presence' }> | undefined {
  const start = payload.indexOf('\n') + 1;
  if (!isEphemeral(payload) || !payload.startsWith('{"type":"presence"', start)) return undefined;
  return JSON.parse(payload.slice(start)) as Extract<ServerFrame, { type: 'presence' }>;
}

/** The hint in a payload, or undefined where it is none of ours (another version of the product on the same bus). */
export function decodeRoomHint(payload: string): RoomHint | undefined {
  const [head = '', ...frames] = payload.split('\n');
  const [frame] = frames;
  if (frame === undefined) return undefined;
  if (head[0] === 'p') return { kind: 'ephemeral', except: head.slice(1), frame };
  if (head[0] === 'h') return { kind: 'head', head: Number(head.slice(1)) || 0 };
  const [seq, time = 0, trace] = head.slice(1).split(' ');
  const [first, at] = [Number(seq), Number(time)];
  return head[0] === 'm' && Number.isSafeInteger(first) && first > 0
    ? { kind: 'messages', first, at, frames, trace }
    : undefined;
}
