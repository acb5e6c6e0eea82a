import { describe, expect, test } from 'vitest';
import { accountStorage, JsonStorage } from '../../client/page/json-storage.ts';
import { OutboxStorage } from '../../client/page/outbox-storage.ts';

const entry = { type: 'send', id: 'a', room: 'r', body: '안녕하세요' } as const;
const later = { ...entry, id: 'b', body: '하나 더' };

/** A browser's store, as all of its tabs see it. */
function newStore(items: [string, string][] = []): Storage {
  const map = new Map(items);
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
    key: (index: number) => [...map.keys()][index] ?? null,
    clear: () => map.clear(),
    get length() {
      return map.size;
    },
  };
}

const open = (store: Storage, { account = 'me', tab = 'one' } = {}) =>
  new OutboxStorage(accountStorage(store, account), tab);

const entriesOf = (stored: { entry: unknown }[]) => stored.map(({ entry }) => entry);

describe('what the page keeps of unsent messages', () => {
  test('is what was added, in order, by account and tab', () => {
    const store = newStore();
    const outbox = open(store);
    outbox.add(entry);
    outbox.add(later);
    expect(entriesOf(open(store).own())).toEqual([entry, later]);
    expect(open(store, { account: 'them' }).own()).toEqual([]);
    expect(open(store, { account: 'them' }).size).toBe(0);
    expect(open(store, { tab: 'two' }).own()).toEqual([]);
    outbox.remove('a');
    expect(entriesOf(open(store).own())).toEqual([later]);
  });

  test('keeps a refused one, with the reason and in its place', () => {
    const store = newStore();
    const outbox = open(store);
    outbox.add(entry);
    outbox.add(later);
    outbox.refuse(entry, { code: 'invalid_body', reason: 'blank' } as never);
    expect(open(store).own()).toMatchObject([
      { entry, refusal: { code: 'invalid_body', reason: 'blank' } },
      { entry: later },
    ]);
  });

  test('loses nothing to another tab that writes at the same time, and is taken over once that is closed', () => {
    const store = newStore();
    const [one, two] = [open(store), open(store, { tab: 'two' })];
    one.add(entry);
    two.add(later);
    expect([...one.otherTabs()]).toEqual(['two']);
    expect(one.size).toBe(2);
    expect(entriesOf(one.takeOver('two'))).toEqual([later]);
    expect(entriesOf(one.own())).toEqual([entry, later]);
    expect(two.own()).toEqual([]);
    expect(one.takeOver('two')).toEqual([]);
  });

  test.each([
    '',
    'x{',
    'null',
    '7',
    '[]',
    '{"entry":{"type":"send"},"order":1,"tab":"one"}',
    '{"order":1,"tab":"one"}',
  ])('is nothing where %j is kept', (text) => {
    const store = newStore([['kingbus.account.me.outbox.a', text]]);
    open(store).add(later);
    expect(entriesOf(open(store).own())).toEqual([later]);
  });

  test('is removed with everything else of the account, and nothing of others', () => {
    const store = newStore([['kingbus.language', 'ko']]);
    open(store).add(entry);
    open(store, { account: 'me2' }).add(entry);
    accountStorage(store, 'me').clear();
    expect(open(store).size).toBe(0);
    expect(open(store, { account: 'me2' }).size).toBe(1);
    expect(store.getItem('kingbus.language')).toBe('ko');
  });

  test('is nothing in a browser that keeps nothing', () => {
    const refusing = () => {
      throw new Error('QuotaExceededError');
    };
    const store = { getItem: refusing, setItem: refusing, removeItem: refusing, key: refusing, length: 1 };
    const outbox = new OutboxStorage(new JsonStorage(store, 'kingbus.'), 'one');
    outbox.add(entry);
    outbox.remove('a');
    expect(outbox.own()).toEqual([]);
  });
});
