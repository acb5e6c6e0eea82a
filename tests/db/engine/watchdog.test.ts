import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Watchdog } from '../../../db/engine/watchdog.ts';

describe.each([true, false])('a watchdog that rests when idle: %s', (restsWhenIdle) => {
  let overdue: string[];
  let watchdog: Watchdog;
  const watch = (name: string) => watchdog.watch(() => overdue.push(`${name} at ${performance.now()}`));
  const pass = (ms: number) => vi.advanceTimersByTime(ms);

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    overdue = [];
    watchdog = new Watchdog(100, { restsWhenIdle });
  });
  afterEach(() => void vi.useRealTimers());

  test('tells of each when its own time is up, and not before', () => {
    const began = performance.now();
    watch('one');
    pass(40);
    watch('two');
    pass(59);
    expect(overdue).toEqual([]);
    pass(1);
    expect(overdue).toEqual([`one at ${began + 100}`]);
    pass(40);
    expect(overdue).toEqual([`one at ${began + 100}`, `two at ${began + 140}`]);
  });

  test('tells nothing of what was let go, in whichever order', () => {
    const one = watch('one');
    const two = watch('two');
    const began = performance.now();
    pass(50);
    const three = watch('three');
    watchdog.letGo(two);
    watchdog.letGo(one);
    pass(99);
    expect(overdue).toEqual([]);
    watchdog.letGo(three);
    pass(500);
    expect(overdue).toEqual([]);
    watch('four');
    pass(100);
    expect(overdue).toEqual([`four at ${began + 749}`]);
  });

  test('keeps one timer for all; while nothing is watched, none, or one that keeps nobody awake', () => {
    const watched = Array.from({ length: 50 }, (_, index) => watch(`${index}`));
    expect(vi.getTimerCount()).toBe(1);
    for (const each of watched) watchdog.letGo(each);
    expect(vi.getTimerCount()).toBe(restsWhenIdle ? 0 : 1);
    pass(100);
    expect(vi.getTimerCount()).toBe(0);
    expect(overdue).toEqual([]);
  });
});
