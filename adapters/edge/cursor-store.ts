import type { RoomCursor } from '../../functions/chat/room-cursor.ts';
import type { RoomId } from '../../schema/ids.ts';

/** What a socket's attachment may hold of cursors, in bytes: the platform takes 16,384 for all of it. */
const attachable = 12 * 1024;

/** Where the cursors are written that an attachment has no room for. */
export interface Overflow {
  read(): Uint8Array | undefined;
  write(bytes: Uint8Array): void;
}

/**
 * How far one connection is in each of its rooms, as bytes that fit into its socket's attachment. Where there are too many
 * (from about 600 rooms on), all of them are written into the overflow, once, and the attachment holds those that have moved
 * since.
 */
export class CursorStore {
  readonly #overflow: Overflow;
  readonly #all = new Map<RoomId, RoomCursor>();
  #moved = new Map<RoomId, RoomCursor>();

  /** @param attached what `bytes` gave last, in an earlier life */
  constructor(overflow: Overflow, attached?: { cursors: Uint8Array; overflowed: boolean }) {
    this.#overflow = overflow;
    if (attached === undefined) return;
    this.overflowed = attached.overflowed;
    if (attached.overflowed)
      for (const cursor of decodeCursors(overflow.read() ?? nothing)) this.#all.set(cursor.room, cursor);
    for (const cursor of decodeCursors(attached.cursors)) this.set(cursor);
  }

  /** Whether cursors are in the overflow. */
  overflowed = false;

  get all(): Iterable<RoomCursor> {
    return this.#all.values();
  }

  set(cursor: RoomCursor): void {
    this.#all.set(cursor.room, cursor);
    this.#moved.set(cursor.room, cursor);
  }

  /** What the attachment has to hold now. */
  bytes(): Uint8Array {
    const bytes = encodeCursors(this.#moved.values());
    if (bytes.length <= attachable) return bytes;
    this.#overflow.write(encodeCursors(this.#all.values()));
    this.#moved = new Map();
    this.overflowed = true;
    return nothing;
  }
}

const nothing = new Uint8Array();

/** A cursor as 16 bytes of its room's id, and two varints: `next`, and how far the feed is from it (zigzag). */
export function encodeCursors(cursors: Iterable<RoomCursor>): Uint8Array {
  const bytes: number[] = [];
  for (const { room, next, feedNext } of cursors) {
    const hex = room.replaceAll('-', '');
    for (let index = 0; index < 32; index += 2) bytes.push(Number.parseInt(hex.slice(index, index + 2), 16));
    pushVarint(bytes, next);
    pushVarint(bytes, zigzag(feedNext - next));
  }
  return Uint8Array.from(bytes);
}

export function* decodeCursors(bytes: Uint8Array): Generator<RoomCursor> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const hex = Array.from(bytes.subarray(at, at + 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
    at += 16;
    const room = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5') as RoomId;
    const next = varint();
    const distance = varint();
    yield { room, next, feedNext: next + (distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2) };
  }
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

/** Seven bits a byte, the lowest first. Not by shifting: sequences may outgrow 32 bits. */
function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
}
