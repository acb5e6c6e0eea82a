import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { History } from '../../client/page/history.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A history of so many pages, of which some readings fail. */
function open(pages: number, failures: number) {
  let failing = failures;
  const seen = { reads: 0, pages: 0, loading: [] as boolean[] };
  const history = new History({
    isComplete: () => seen.pages === pages,
    async read() {
      seen.reads++;
      if (failing-- > 0) throw new Error('503');
    },
    onLoading: (isLoading) => void seen.loading.push(isLoading),
    // As a view does whose log does not fill the screen.
    onPage: () => {
      seen.pages++;
      history.more();
    },
    pauses: { fromMs: 1_000, toMs: 4_000 },
  });
  return { history, seen };
}

test('a page that could not be read is asked for again after a pause that grows, however often the view asks', async () => {
  const { history, seen } = open(1, 3);
  const asked: number[] = [];
  const began = Date.now();
  for (let tick = 0; tick < 100 && seen.pages === 0; tick++) {
    const before = seen.reads;
    history.more();
    await vi.advanceTimersByTimeAsync(100);
    if (seen.reads > before) asked.push(Date.now() - began);
  }
  expect(seen).toMatchObject({ reads: 4, pages: 1 });
  const pauses = asked.slice(1).map((time, index) => time - (asked[index] ?? 0));
  for (const [index, most] of [1_000, 2_000, 4_000].entries()) {
    expect(pauses[index]).toBeGreaterThanOrEqual(most / 2 - 100);
    expect(pauses[index]).toBeLessThanOrEqual(most + 100);
  }
});

test('what failed is asked for at once when the connection is back', async () => {
  const { history, seen } = open(1, 1);
  history.more();
  await vi.advanceTimersByTimeAsync(1);
  history.retry();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toEqual({ reads: 2, pages: 1, loading: [true, true, false] });
});

test('pages are read one after the other, to the end', async () => {
  const { history, seen } = open(3, 0);
  history.more();
  history.more();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toMatchObject({ reads: 3, pages: 3 });
  history.more();
  expect(seen.reads).toBe(3);
});

test('a room that was left asks for nothing more', async () => {
  const { history, seen } = open(2, 1);
  history.more();
  await vi.advanceTimersByTimeAsync(1);
  history.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toEqual({ reads: 1, pages: 0, loading: [true] });
});
