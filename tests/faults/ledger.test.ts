import { beforeEach, describe, expect, test } from 'vitest';
import { Ledger } from './ledger.ts';
import type { Seen } from './ledger.ts';
import { Random } from './random.ts';
import { bodyOf, idOf } from './texts.ts';
import { View } from './view.ts';
import { Violations } from './violations.ts';

let ledger: Ledger;
let view: View;

beforeEach(() => {
  ledger = new Ledger(new Violations(), ['room-a', 'room-b'], ['alice', 'bob']);
  view = new View(ledger, 'device 1', [0]);
  view.resume(new Map([[0, 0]]), undefined);
});

const kinds = () => ledger.violations.first.map(({ kind }) => kind);

/** A message of device 0 as it should be seen. */
const message = (number: number, seq: number, changes: Partial<Seen> = {}): Seen => ({
  seq,
  id: idOf(0, number),
  from: 'alice',
  kind: 'text',
  body: bodyOf(idOf(0, number)),
  at: '2026-11-23T09:00:00.000Z',
  ...changes,
});

describe('the ledger', () => {
  beforeEach(() => {
    for (let number = 1; number <= 3; number++) ledger.send(0, 0);
  });

  test('has nothing to say where all is well', () => {
    ledger.acknowledge(0, 1, 0, 1);
    view.receive(0, message(1, 1));
    view.receive(0, message(2, 2));
    for (let number = 1; number <= 3; number++) ledger.log(0, message(number, number));
    expect(ledger.missing()).toBe(0);
    ledger.acknowledge(0, 3, 0, 3);
    expect(kinds()).toEqual([]);
  });

  test('misses an acknowledged message that the log has not', () => {
    ledger.acknowledge(0, 2, 0, 2);
    ledger.log(0, message(1, 1));
    expect(ledger.missing()).toBe(2);
    expect(kinds()).toEqual(['ack-lost']);
  });

  test('sees a message that stands elsewhere than acknowledged, whichever came first', () => {
    ledger.acknowledge(0, 1, 0, 1);
    ledger.log(0, message(2, 1));
    ledger.log(0, message(1, 2));
    ledger.acknowledge(0, 2, 0, 7);
    expect(kinds()).toEqual(['ack-elsewhere', 'ack-elsewhere']);
  });

  test('sees two acknowledgements that differ', () => {
    ledger.acknowledge(0, 1, 0, 1);
    ledger.acknowledge(0, 1, 0, 2);
    expect(kinds()).toEqual(['ack-changed']);
  });

  test('sees holes, doubles and strangers in the log', () => {
    ledger.log(0, message(1, 1));
    ledger.log(0, message(2, 3));
    ledger.log(0, message(1, 4));
    ledger.log(0, message(9, 5));
    expect(kinds()).toEqual(['log-hole', 'log-duplicate', 'log-foreign']);
  });

  test('sees another sender and another body', () => {
    ledger.log(0, message(1, 1, { from: 'bob' }));
    ledger.stands(0, message(2, 2, { body: 'something else' }), 'the log');
    expect(kinds()).toEqual(['log-differs', 'change-lost']);
  });

  test('sees that somebody was shown another message than the log has', () => {
    view.receive(0, message(2, 1));
    ledger.log(0, message(1, 1));
    expect(kinds()).toEqual(['view-differs']);
  });
});

describe('a view', () => {
  beforeEach(() => {
    ledger.send(0, 0);
  });

  test('sees a hole, and a message that comes twice or late', () => {
    view.receive(0, message(1, 1));
    view.receive(0, message(1, 3));
    view.receive(0, message(1, 3));
    view.receive(0, message(1, 2));
    expect(kinds()).toEqual(['view-hole', 'view-duplicate', 'view-duplicate']);
  });

  test('sees a room that it has not asked for', () => {
    view.receive(1, message(1, 1));
    expect(kinds()).toEqual(['view-foreign']);
  });

  test('goes on from its cursor after a new connection, and knows how far it is behind', () => {
    view.receive(0, message(1, 1));
    expect(view.resume(new Map([[0, 1]]), undefined)).toEqual(new Map([[0, 1]]));
    expect(view.behind([3])).toEqual(['device 1 has seen 1 of 3 in room 0']);
    view.receive(0, message(2, 2));
    view.receive(0, message(3, 3));
    expect(view.behind([3])).toEqual([]);
    expect(kinds()).toEqual([]);
  });
});

test('the same seed gives the same chance, and its parts do not move each other', () => {
  const draws = (random: Random) => Array.from({ length: 100 }, () => random.int(0, 1_000_000));
  expect(draws(new Random('seven'))).toEqual(draws(new Random('seven')));
  expect(draws(new Random('seven'))).not.toEqual(draws(new Random('eight')));
  const random = new Random('seven');
  draws(random);
  expect(draws(random.fork('part'))).toEqual(draws(new Random('seven').fork('part')));
});
