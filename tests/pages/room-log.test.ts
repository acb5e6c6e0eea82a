import { describe, expect, it } from 'vitest';
import { RoomLog } from '../../client/page/room-log.ts';
import type { Entry } from '../../client/page/room-log.ts';
import { dayOf, dayText, shortText } from '../../client/page/time.ts';
import { systemText, wordsOf } from '../../client/page/words.ts';

const at = '2026-11-23T08:00:00.000Z';
const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
  seq,
  id: `id-${seq}`,
  from: 'someone',
  kind: 'text',
  body: `${seq}`,
  at,
  ...more,
});

/** What is left of a log whose entries were applied in this order. */
function after(...entries: Entry[]): [number, string, boolean][] {
  const log = new RoomLog();
  for (const each of entries) log.apply(each);
  return log.messages.map(({ seq, body, deletedAt }) => [seq, body, deletedAt !== undefined]);
}

describe('the log as the page keeps it', () => {
  const edit = entry(3, { kind: 'edit', target: 1, body: 'new' });
  const later = entry(4, { kind: 'edit', target: 1, body: 'newer' });
  const deletion = entry(5, { kind: 'deletion', target: 1, body: '' });

  it('is in order, whichever way its entries came', () => {
    expect(after(entry(3), entry(1), entry(2), entry(2))).toEqual([
      [1, '1', false],
      [2, '2', false],
      [3, '3', false],
    ]);
  });

  it('ends in the newest text, whether the edit came before or after it, again or not', () => {
    for (const entries of [
      [entry(1), edit, later],
      [edit, later, entry(1)],
      [entry(1), later, edit, later],
    ]) {
      expect(after(...entries)).toEqual([[1, 'newer', false]]);
    }
  });

  it('forgets a deleted text, and no older edit brings it back', () => {
    for (const entries of [
      [entry(1), edit, deletion],
      [deletion, edit, entry(1)],
      [entry(1, { body: '', deletedAt: at }), edit, entry(1)],
    ]) {
      expect(after(...entries)).toEqual([[1, '', true]]);
    }
  });
});

describe('days and times', () => {
  it('are those of Seoul, wherever the reader is', () => {
    expect(dayOf('2026-11-22T14:59:59.999Z')).toBe('2026-11-22');
    expect(dayOf('2026-11-22T15:00:00.000Z')).toBe('2026-11-23');
    const now = Date.parse('2026-11-22T15:30:00.000Z');
    expect(dayText('2026-11-22T15:00:00.000Z', 'ko', wordsOf('ko'), now)).toBe('오늘');
    expect(dayText('2026-11-22T14:00:00.000Z', 'en', wordsOf('en'), now)).toBe('Yesterday');
    expect(dayText('2026-11-20T03:00:00.000Z', 'ko', wordsOf('ko'), now)).toBe('2026년 11월 20일 금요일');
    expect(shortText('2026-11-22T15:05:00.000Z', 'ko', wordsOf('ko'), now)).toMatch(/12:05$/u);
  });
});

describe('system messages', () => {
  it('are said in the reader’s language, also those of tomorrow', () => {
    expect(systemText(wordsOf('en'), '{"event":"quote_selected"}')).toBe('The quote was selected: this room is open.');
    expect(systemText(wordsOf('ko'), '{"event":"something_new"}')).toBe('주문 상태가 바뀌었습니다.');
    expect(systemText(wordsOf('ko'), 'not JSON')).toBe('주문 상태가 바뀌었습니다.');
  });
});
