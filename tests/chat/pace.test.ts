import { describe, expect, test } from 'vitest';
import { Buckets, Pace } from '../../functions/chat/pace.ts';
import type { AccountId, RoomId } from '../../schema/ids.ts';

const rate = { burst: 3, perSecond: 2 };

/** How many of so many frames at one moment may go. */
function takenOf(buckets: Buckets, key: string, now: number, tries = 100): number {
  let taken = 0;
  for (; taken < tries && buckets.wait(key, now) === 0; taken++) buckets.take(key, now);
  return taken;
}

describe('a token bucket', () => {
  test('gives its burst at once, then so many a second, and says how long to wait', () => {
    const buckets = new Buckets(rate);
    expect(takenOf(buckets, 'a', 1_000)).toBe(3);
    expect(buckets.wait('a', 1_000)).toBe(500);
    expect(takenOf(buckets, 'a', 1_500)).toBe(1);
    expect(takenOf(buckets, 'a', 2_500)).toBe(2);
    expect(takenOf(buckets, 'a', 100_000)).toBe(3);
  });

  test('is one for each key', () => {
    const buckets = new Buckets(rate);
    expect(takenOf(buckets, 'a', 0)).toBe(3);
    expect(takenOf(buckets, 'b', 0)).toBe(3);
  });

  test('locks nobody out when the clock is set back', () => {
    const buckets = new Buckets(rate);
    takenOf(buckets, 'a', 3_600_000);
    expect(buckets.wait('a', 0)).toBe(500);
  });

  test('keeps its state over many other keys', () => {
    const buckets = new Buckets(rate);
    takenOf(buckets, 'a', 1_000);
    for (let key = 0; key < 5_000; key++) buckets.take(`${key}`, 1_000);
    expect(buckets.wait('a', 1_000)).toBe(500);
  });
});

describe('the pace of an account', () => {
  const [minji, junho] = ['minji' as AccountId, 'junho' as AccountId];
  const [first, second] = ['first' as RoomId, 'second' as RoomId];

  test('is bounded in each room, and over all of them', () => {
    const pace = new Pace({ accountRate: { burst: 5, perSecond: 1 }, roomRate: { burst: 3, perSecond: 1 } });
    const rooms = [first, first, first, first, second, second, second];
    expect(rooms.map((room) => pace.take(minji, room, 0) === 0)).toEqual([true, true, true, false, true, true, false]);
    expect(pace.take(junho, first, 0)).toBe(0);
  });

  test('takes typing for news once a second', () => {
    const pace = new Pace({ accountRate: rate, roomRate: rate });
    expect([0, 10, 999, 1_000].map((now) => pace.isNewTyping(minji, first, now))).toEqual([true, false, false, true]);
    expect(pace.isNewTyping(minji, second, 0)).toBe(true);
  });
});
