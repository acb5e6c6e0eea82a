import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursors, encodeCursors, CursorStore } from '../../adapters/edge/cursor-store.ts';
import type { Overflow } from '../../adapters/edge/cursor-store.ts';
import type { RoomCursor } from '../../functions/chat/room-cursor.ts';
import type { RoomId } from '../../schema/ids.ts';

/** An overflow that counts how often it is used. */
class CountedOverflow implements Overflow {
  bytes: Uint8Array | undefined;
  reads = 0;
  writes = 0;

  read(): Uint8Array | undefined {
    this.reads++;
    return this.bytes;
  }

  write(bytes: Uint8Array): void {
    this.writes++;
    this.bytes = bytes;
  }
}

const newRoomId = () => crypto.randomUUID() as RoomId;
const cursors = (count: number): RoomCursor[] =>
  Array.from({ length: count }, (_, index) => ({ room: newRoomId(), next: index + 1, feedNext: index + 1 }));

function storeOf(overflow: Overflow, all: RoomCursor[]): CursorStore {
  const store = new CursorStore(overflow);
  for (const cursor of all) store.set(cursor);
  return store;
}

/** The store of a later life, from what the earlier one left in the attachment. */
const restored = (overflow: Overflow, store: CursorStore): CursorStore =>
  new CursorStore(overflow, { cursors: store.bytes(), overflowed: store.overflowed });

const byRoom = (all: Iterable<RoomCursor>): Map<RoomId, RoomCursor> =>
  new Map(Array.from(all, (cursor) => [cursor.room, cursor]));

/** What an attachment may take of cursors; the platform's own bound, 16,384 bytes, is for all of it. */
const attachable = 12 * 1024;

describe('cursors as bytes', () => {
  const sequence = fc.oneof(fc.nat(), fc.maxSafeNat());
  const cursor = fc.record({ room: fc.uuid() as fc.Arbitrary<RoomId>, next: sequence, feedNext: sequence });

  it('are read as they were written, whatever they are', () => {
    // The distance is doubled on its way: half of what a number holds exactly, which no log reaches.
    const near = cursor.filter(({ next, feedNext }) => Math.abs(next - feedNext) <= Number.MAX_SAFE_INTEGER / 2);
    fc.assert(
      fc.property(fc.array(near, { maxLength: 50 }), (all) => {
        expect([...decodeCursors(encodeCursors(all))]).toEqual(all);
      }),
    );
  });

  it.each([
    [0, 0],
    [1, 1],
    [127, 128],
    [2 ** 31, 2 ** 31 - 1],
    [2 ** 32, 2 ** 32 + 1],
    [2 ** 32 + 5, 7],
    [7, 2 ** 40],
    [2 ** 52, 2 ** 52 - 200],
  ])('keep the sequences %d and %d', (next, feedNext) => {
    const all = [{ room: newRoomId(), next, feedNext }];
    expect([...decodeCursors(encodeCursors(all))]).toEqual(all);
  });

  it('take 18 bytes for a young room that is up to date', () => {
    expect(encodeCursors([{ room: newRoomId(), next: 42, feedNext: 42 }])).toHaveLength(18);
  });
});

describe('the cursor store', () => {
  it('leaves the overflow alone while an attachment holds all', () => {
    const overflow = new CountedOverflow();
    const all = cursors(600);
    const store = storeOf(overflow, all);
    expect(store.bytes().length).toBeLessThanOrEqual(attachable);
    expect(byRoom(restored(overflow, store).all)).toEqual(byRoom(all));
    expect(store.overflowed).toBe(false);
    expect(overflow).toMatchObject({ reads: 0, writes: 0 });
  });

  it('puts more than that on the overflow once, and attaches what moved since', () => {
    const overflow = new CountedOverflow();
    const all = cursors(2_000);
    const store = storeOf(overflow, all);
    expect(store.bytes()).toHaveLength(0);
    expect(store.overflowed).toBe(true);
    const moved = all
      .slice(0, 100)
      .map(({ room, next, feedNext }) => ({ room, next: next + 1, feedNext: feedNext + 3 }));
    for (const cursor of moved) {
      store.set(cursor);
      expect(store.bytes().length).toBeLessThanOrEqual(attachable);
    }
    expect([...decodeCursors(store.bytes())]).toEqual(moved);
    expect(overflow.writes).toBe(1);

    const later = restored(overflow, store);
    expect(byRoom(later.all)).toEqual(byRoom([...all, ...moved]));
    expect(overflow).toMatchObject({ reads: 1, writes: 1 });
  });

  it('does so in every life: what moved in an earlier one stays attached', () => {
    const overflow = new CountedOverflow();
    const all = cursors(1_000);
    let store = storeOf(overflow, all);
    const expected = byRoom(all);
    for (const cursor of all.slice(0, 20)) {
      store = restored(overflow, store);
      const moved = { ...cursor, next: cursor.next + 2 ** 32, feedNext: cursor.feedNext + 2 ** 32 };
      expected.set(cursor.room, moved);
      store.set(moved);
    }
    expect(byRoom(restored(overflow, store).all)).toEqual(expected);
    expect(overflow.writes).toBe(1);
  });

  it('uses the overflow again when as much has moved', () => {
    const overflow = new CountedOverflow();
    const all = cursors(1_000);
    const store = storeOf(overflow, all);
    store.bytes();
    const moved = all.map(({ room, next, feedNext }) => ({ room, next: next + 1, feedNext }));
    for (const cursor of moved) store.set(cursor);
    expect(store.bytes()).toHaveLength(0);
    expect(overflow.writes).toBe(2);
    expect(byRoom(restored(overflow, store).all)).toEqual(byRoom(moved));
  });

  it('gives the same cursors in a later life, whatever moved and whenever it was forgotten', () => {
    const rooms = cursors(900).map(({ room }) => room);
    const step = fc.record({
      // Some moves come in bulk, as after a sync.
      from: fc.nat(rooms.length - 1),
      count: fc.oneof(fc.constant(1), fc.nat(rooms.length)),
      next: fc.maxSafeNat().map((value) => Math.floor(value / 4)),
      lag: fc.integer({ min: -1_000, max: 1_000 }),
      forget: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const overflow = new CountedOverflow();
        const expected = new Map<RoomId, RoomCursor>();
        let store = new CursorStore(overflow);
        for (const { from, count, next, lag, forget } of steps) {
          for (const room of rooms.slice(from, from + count)) {
            const cursor = { room, next, feedNext: Math.max(0, next + lag) };
            expected.set(room, cursor);
            store.set(cursor);
          }
          expect(store.bytes().length).toBeLessThanOrEqual(attachable);
          if (forget) store = restored(overflow, store);
        }
        expect(byRoom(restored(overflow, store).all)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
