import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePlaces, encodePlaces, PlaceBook } from '../../adapters/edge/place-book.ts';
import type { Shelf } from '../../adapters/edge/place-book.ts';
import type { RoomCursor } from '../../functions/chat/room-cursor.ts';
import type { RoomId } from '../../schema/ids.ts';

/** A shelf that counts how often it is used. */
class CountedShelf implements Shelf {
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
const places = (count: number): RoomCursor[] =>
  Array.from({ length: count }, (_, index) => ({ room: newRoomId(), next: index + 1, feedNext: index + 1 }));

function bookOf(shelf: Shelf, all: RoomCursor[]): PlaceBook {
  const book = new PlaceBook(shelf);
  for (const place of all) book.set(place);
  return book;
}

/** The book of a later life, from what the earlier one left in the attachment. */
const restored = (shelf: Shelf, book: PlaceBook): PlaceBook =>
  new PlaceBook(shelf, { places: book.bytes(), shelved: book.shelved });

const byRoom = (all: Iterable<RoomCursor>): Map<RoomId, RoomCursor> =>
  new Map(Array.from(all, (place) => [place.room, place]));

/** What an attachment may take of places; the platform's own bound, 16,384 bytes, is for all of it. */
const attachable = 12 * 1024;

describe('places as bytes', () => {
  const sequence = fc.oneof(fc.nat(), fc.maxSafeNat());
  const place = fc.record({ room: fc.uuid() as fc.Arbitrary<RoomId>, next: sequence, feedNext: sequence });

  it('are read as they were written, whatever they are', () => {
    // The distance is doubled on its way: half of what a number holds exactly, which no log reaches.
    const near = place.filter(({ next, feedNext }) => Math.abs(next - feedNext) <= Number.MAX_SAFE_INTEGER / 2);
    fc.assert(
      fc.property(fc.array(near, { maxLength: 50 }), (all) => {
        expect([...decodePlaces(encodePlaces(all))]).toEqual(all);
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
    expect([...decodePlaces(encodePlaces(all))]).toEqual(all);
  });

  it('take 18 bytes for a young room that is up to date', () => {
    expect(encodePlaces([{ room: newRoomId(), next: 42, feedNext: 42 }])).toHaveLength(18);
  });
});

describe('the place book', () => {
  it('leaves the shelf alone while an attachment holds all', () => {
    const shelf = new CountedShelf();
    const all = places(600);
    const book = bookOf(shelf, all);
    expect(book.bytes().length).toBeLessThanOrEqual(attachable);
    expect(byRoom(restored(shelf, book).places)).toEqual(byRoom(all));
    expect(book.shelved).toBe(false);
    expect(shelf).toMatchObject({ reads: 0, writes: 0 });
  });

  it('puts more than that on the shelf once, and attaches what moved since', () => {
    const shelf = new CountedShelf();
    const all = places(2_000);
    const book = bookOf(shelf, all);
    expect(book.bytes()).toHaveLength(0);
    expect(book.shelved).toBe(true);
    const moved = all
      .slice(0, 100)
      .map(({ room, next, feedNext }) => ({ room, next: next + 1, feedNext: feedNext + 3 }));
    for (const place of moved) {
      book.set(place);
      expect(book.bytes().length).toBeLessThanOrEqual(attachable);
    }
    expect([...decodePlaces(book.bytes())]).toEqual(moved);
    expect(shelf.writes).toBe(1);

    const later = restored(shelf, book);
    expect(byRoom(later.places)).toEqual(byRoom([...all, ...moved]));
    expect(shelf).toMatchObject({ reads: 1, writes: 1 });
  });

  it('does so in every life: what moved in an earlier one stays attached', () => {
    const shelf = new CountedShelf();
    const all = places(1_000);
    let book = bookOf(shelf, all);
    const expected = byRoom(all);
    for (const place of all.slice(0, 20)) {
      book = restored(shelf, book);
      const moved = { ...place, next: place.next + 2 ** 32, feedNext: place.feedNext + 2 ** 32 };
      expected.set(place.room, moved);
      book.set(moved);
    }
    expect(byRoom(restored(shelf, book).places)).toEqual(expected);
    expect(shelf.writes).toBe(1);
  });

  it('uses the shelf again when as much has moved', () => {
    const shelf = new CountedShelf();
    const all = places(1_000);
    const book = bookOf(shelf, all);
    book.bytes();
    const moved = all.map(({ room, next, feedNext }) => ({ room, next: next + 1, feedNext }));
    for (const place of moved) book.set(place);
    expect(book.bytes()).toHaveLength(0);
    expect(shelf.writes).toBe(2);
    expect(byRoom(restored(shelf, book).places)).toEqual(byRoom(moved));
  });

  it('gives the same places in a later life, whatever moved and whenever it was forgotten', () => {
    const rooms = places(900).map(({ room }) => room);
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
        const shelf = new CountedShelf();
        const expected = new Map<RoomId, RoomCursor>();
        let book = new PlaceBook(shelf);
        for (const { from, count, next, lag, forget } of steps) {
          for (const room of rooms.slice(from, from + count)) {
            const place = { room, next, feedNext: Math.max(0, next + lag) };
            expected.set(room, place);
            book.set(place);
          }
          expect(book.bytes().length).toBeLessThanOrEqual(attachable);
          if (forget) book = restored(shelf, book);
        }
        expect(byRoom(restored(shelf, book).places)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
