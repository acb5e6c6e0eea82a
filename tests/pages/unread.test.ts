import { describe, expect, test } from 'vitest';
import type { Entry } from '../../client/page/room-log.ts';
import { Unread } from '../../client/page/unread.ts';

const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
  seq,
  id: `id-${seq}`,
  from: 'them',
  kind: 'text',
  body: `${seq}`,
  at: '2026-11-23T08:00:00.000Z',
  ...more,
});

const counted = { head: 5, read: 3, unread: 2 };

function after(...entries: Entry[]): Unread {
  const unread = new Unread('me', counted);
  for (const each of entries) unread.take(each);
  return unread;
}

describe('what is unread', () => {
  test.each<[string, Entry[], number]>([
    ['is what the API counted', [], 2],
    ['grows by a text of somebody else', [entry(6), entry(7)], 4],
    ['does not grow by one that was counted', [entry(5)], 2],
    ['does not grow by an own text', [entry(6, { from: 'me' })], 2],
    ['does not grow by an edit', [entry(6, { kind: 'edit', target: 5 })], 2],
    ['does not grow by what the system says', [entry(6, { kind: 'system' })], 2],
    ['shrinks with a deletion of what came since', [entry(6), entry(7, { kind: 'deletion', target: 6 })], 2],
    ['shrinks with a deletion of what was counted', [entry(6, { kind: 'deletion', target: 4 })], 1],
    ['does not shrink with a deletion of what was read', [entry(6, { kind: 'deletion', target: 2 })], 2],
    ['does not shrink with an own deletion', [entry(6, { kind: 'deletion', target: 4, from: 'me' })], 2],
    ['is never less than nothing', [6, 7, 8].map((seq) => entry(seq, { kind: 'deletion', target: 4 })), 0],
  ])('%s', (_name, entries, count) => {
    expect(after(...entries).count).toBe(count);
  });

  test('is nothing once all is read, and grows from there', () => {
    const unread = after(entry(6));
    unread.readUpTo(6);
    expect([unread.read, unread.count]).toEqual([6, 0]);
    unread.take(entry(7));
    expect(unread.count).toBe(1);
    unread.readUpTo(4);
    expect([unread.read, unread.count]).toEqual([6, 1]);
  });

  test('counted anew holds what was heard after the count', () => {
    const unread = after(entry(6), entry(7));
    unread.recount({ head: 6, read: 3, unread: 3 });
    expect(unread.count).toBe(4);
    unread.readUpTo(7);
    unread.recount({ head: 7, read: 3, unread: 4 });
    expect(unread.count).toBe(0);
  });
});
