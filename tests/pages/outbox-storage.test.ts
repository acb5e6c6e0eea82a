import { describe, expect, test } from 'vitest';
import { OutboxStorage } from '../../client/page/outbox-storage.ts';

const entry = { type: 'send', id: 'a', room: 'r', body: '안녕하세요' } as const;

/** A browser's store with this in it. */
function storeOf(text: string | null) {
  const items = new Map<string, string>(text === null ? [] : [['kingbus.outbox.me', text]]);
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

describe('what the page keeps of unsent messages', () => {
  test('is what was saved, by account', () => {
    const store = storeOf(null);
    new OutboxStorage(store, 'me').save([entry]);
    expect(new OutboxStorage(store, 'me').load()).toEqual([entry]);
    expect(new OutboxStorage(store, 'them').load()).toEqual([]);
  });

  test.each([null, '', 'x{', 'null', '7', '{"type":"send"}', '[null, 7, "a", {}, {"type":"send","id":"a"}]'])(
    'is nothing where %j is kept',
    (text) => {
      expect(new OutboxStorage(storeOf(text), 'me').load()).toEqual([]);
    },
  );

  test('is what makes sense of what is kept', () => {
    const kept = JSON.stringify([{ ...entry, body: 7 }, entry, { ...entry, type: 'tomorrow' }]);
    expect(new OutboxStorage(storeOf(kept), 'me').load()).toEqual([entry]);
  });

  test('is nothing in a browser that keeps nothing', () => {
    const refusing = () => {
      throw new Error('QuotaExceededError');
    };
    const storage = new OutboxStorage({ getItem: refusing, setItem: refusing }, 'me');
    storage.save([entry]);
    expect(storage.load()).toEqual([]);
  });
});
