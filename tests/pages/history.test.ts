import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { History } from '../../client/page/history.ts';
import { ProblemError } from '../../client/problem-error.ts';

const problem = (status: number) => new ProblemError({ status, code: 'some', title: '' });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A history of so many pages, of which some readings fail. */
function open(
  pages: number,
  failures: number,
  { error = new Error('503'), tries = 8 }: { error?: Error; tries?: number } = {},
) {
  let failing = failures;
  const seen = { reads: 0, pages: 0, states: [] as string[] };
  const history = new History({
    isComplete: () => seen.pages === pages,
    async read() {
      seen.reads++;
      if (failing-- > 0) throw error;
    },
    onState: (state) => void seen.states.push(state),
    // As a view does whose log does not fill the screen.
    onPage: () => {
      seen.pages++;
      history.more();
    },
    pauses: { fromMs: 1_000, toMs: 4_000 },
    tries,
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
  expect(seen).toEqual({ reads: 2, pages: 1, states: ['running', 'waiting', 'running', 'idle'] });
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
  expect(seen).toEqual({ reads: 1, pages: 0, states: ['running', 'waiting'] });
});

test.each<[string, number, Parameters<typeof open>[2], number]>([
  ['the server does not have it', 1, { error: problem(404) }, 1],
  ['the server does not give it to this person', 1, { error: problem(403) }, 1],
  ['the cursor is refused', 1, { error: problem(422) }, 1],
  ['it failed so many times', 3, { error: problem(503), tries: 3 }, 3],
  ['there is no network, so many times', 3, { error: new TypeError('fetch failed'), tries: 3 }, 3],
])('no page is asked for for ever: where %s, a person has to say so', async (_name, failures, options, reads) => {
  const { history, seen } = open(1, failures, options);
  history.more();
  for (let tick = 0; tick < 300; tick++) {
    history.more();
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(seen).toMatchObject({ reads, pages: 0 });
  expect(seen.states.at(-1)).toBe('failed');
  history.retry();
  await vi.advanceTimersByTimeAsync(0);
  expect(seen).toMatchObject({ reads: reads + 1, pages: 1 });
  expect(seen.states.at(-1)).toBe('idle');
});

test.each([429, 408, 500, 502, 503, 504])('a page that was answered %i is asked for again', async (status) => {
  const { history, seen } = open(1, 1, { error: problem(status) });
  history.more();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen).toMatchObject({ reads: 2, pages: 1 });
});
