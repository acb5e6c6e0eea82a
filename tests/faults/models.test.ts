import { beforeEach, describe, expect, test } from 'vitest';
import { Ghosts } from './ghosts.ts';
import { Ledger } from './ledger.ts';
import type { Change, Seen } from './ledger.ts';
import { Marks } from './marks.ts';
import { Picture } from './picture.ts';
import { bodyOf, idOf } from './texts.ts';
import { Violations } from './violations.ts';

let violations: Violations;

beforeEach(() => {
  violations = new Violations();
});

const kinds = () => violations.first.map(({ kind }) => kind);

describe('the ledger of changes', () => {
  let ledger: Ledger;

  const entry = (number: number, changes: Partial<Seen> = {}): Seen => ({
    seq: number,
    id: idOf(0, number),
    from: 'alice',
    kind: 'text',
    body: bodyOf(idOf(0, number)),
    at: '2026-11-27T09:00:00.000Z',
    ...changes,
  });
  const send = (...changes: (Change | undefined)[]) => {
    for (const change of changes) ledger.send(0, 0, change);
  };
  const edit = { kind: 'edit', target: 1 } as const;
  const deletion = { kind: 'deletion', target: 1 } as const;

  beforeEach(() => {
    ledger = new Ledger(violations, ['room'], ['alice']);
  });

  test('lets a text read as it was sent, or as an edit has left it', () => {
    send(undefined, edit, edit);
    ledger.see(0, entry(1), 'somebody');
    ledger.see(0, entry(1, { body: entry(3).body }), 'somebody');
    ledger.see(0, entry(2, { ...edit, body: entry(3).body }), 'somebody');
    for (const each of [entry(1), entry(2, { ...edit, body: '' }), entry(3, { ...edit, body: '' })])
      ledger.log(0, each);
    ledger.stands(0, entry(1, { body: entry(3).body }), 'the log');
    expect(ledger.missing()).toBe(0);
    expect(kinds()).toEqual([]);
  });

  test.each([
    ['a text that is not of the last edit', entry(1, { body: entry(2).body }), 'change-lost'],
    ['a text as it was sent, although it was edited', entry(1), 'change-lost'],
    ['an edit with an older text', entry(3, { ...edit, body: entry(2).body }), 'change-lost'],
  ])('sees %s once all is settled', (_name, seen, kind) => {
    send(undefined, edit, edit);
    for (const each of [entry(1), entry(2, { ...edit, body: '' }), entry(3, { ...edit, body: '' })])
      ledger.log(0, each);
    ledger.see(0, seen, 'somebody', true);
    expect(kinds()).toEqual([kind]);
  });

  test('sees an edit that was shown with an older text before', () => {
    send(undefined, edit, edit);
    ledger.see(0, entry(3, { ...edit, body: entry(2).body }), 'somebody');
    for (const each of [entry(1), entry(2, { ...edit, body: '' }), entry(3, { ...edit, body: '' })])
      ledger.log(0, each);
    ledger.missing();
    expect(kinds()).toEqual(['change-lost']);
  });

  test.each([
    ['a text', entry(1)],
    ['an edit', entry(2, { ...edit, body: entry(2).body })],
  ])('sees %s that can be read although it was deleted', (_name, seen) => {
    send(undefined, edit, deletion);
    for (const each of [entry(1), entry(2, { ...edit, body: '' }), entry(3, { ...deletion, body: '' })])
      ledger.log(0, each);
    ledger.see(0, seen, 'somebody', true);
    expect(kinds()).toEqual(['deleted-read']);
  });

  test.each([
    ['the text of nobody', entry(1, { body: 'something else' })],
    ['the text of another message', entry(1, { body: entry(2).body })],
    ['a deletion that nobody sent', entry(1, { body: '' })],
  ])('sees %s', (_name, seen) => {
    send(undefined, undefined);
    ledger.see(0, seen, 'somebody');
    expect(kinds()).toEqual(['view-differs']);
  });

  test('takes a refusal where the text had been deleted by another, and no other', () => {
    send(undefined, deletion, edit);
    ledger.refuse(0, 3);
    expect(kinds()).toEqual([]);
    ledger.refuse(0, 2);
    expect(kinds()).toEqual(['refused']);
  });

  test('sees a time that goes back', () => {
    send(undefined, undefined);
    ledger.log(0, entry(1));
    ledger.log(0, entry(2, { at: '2026-11-27T08:59:59.999Z' }));
    expect(kinds()).toEqual(['at-back']);
  });
});

describe('read marks', () => {
  let marks: Marks;

  beforeEach(() => {
    marks = new Marks(violations);
  });

  test('move by reading alone, and never back', () => {
    marks.ask(0, 0, 5);
    marks.see(0, 0, 5, 'somebody');
    marks.see(0, 0, 0, 'somebody who looked before');
    expect(kinds()).toEqual([]);
    marks.see(0, 0, 4, 'somebody', marks.accepted(0, 0));
    marks.see(0, 0, 6, 'somebody');
    expect(kinds()).toEqual(['mark-back', 'mark-moved']);
  });

  test('end at the head where somebody asked for more', () => {
    marks.ask(0, 0, 0, true);
    marks.settle(0, 0, 8, 8, 'the database');
    expect(kinds()).toEqual([]);
    marks.settle(0, 0, 9, 8, 'the database');
    expect(new Set(kinds())).toEqual(new Set(['mark-moved']));
  });
});

describe('a picture of who is there', () => {
  let picture: Picture;

  beforeEach(() => {
    picture = new Picture();
  });

  test('is what was asked for, and what was told since the question', () => {
    picture.tell(0, 1, true);
    picture.load(0, 1, false);
    picture.load(0, 2, false);
    picture.loaded();
    expect(picture.wrong((account) => account === 1)).toEqual([]);
    picture.tell(0, 2, true);
    expect(picture.wrong((account) => account === 1)).toEqual(['in room 0 account 2 is online, and should not be']);
  });

  test('is wrong as long as nothing could be asked', () => {
    expect(picture.wrong(() => true)).toHaveLength(1);
  });
});

test('a connection that stands although its session has ended is seen, and ended', () => {
  const ghosts = new Ghosts(violations);
  const connection = { name: 'it', isOpen: true, terminate: () => void (connection.isOpen = false) };
  const gone = { name: 'another', isOpen: false, terminate() {} };
  ghosts.add(connection);
  ghosts.add(gone);
  ghosts.expectNone();
  expect(kinds()).toEqual(['session-outlived']);
  expect(connection.isOpen).toBe(false);
});

test('violations are counted by kind, whatever came first', () => {
  for (let time = 0; time < 50; time++) violations.add('tail-late', 'late');
  violations.add('at-back', 'back');
  expect(violations.count).toBe(51);
  expect(violations.kinds).toEqual(['tail-late', 'at-back']);
  expect(kinds()).toContain('at-back');
});
