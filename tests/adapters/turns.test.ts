import { describe, expect, test } from 'vitest';
import { Turns } from '../../adapters/shared/turns.ts';
import { Overloaded } from '../../functions/overloaded.ts';

/** Work that ends when it is told to. */
function piece() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let begun = false;
  const work = () => {
    begun = true;
    return promise;
  };
  return { work, end: () => resolve('done'), fail: () => reject(new Error('failed')), hasBegun: () => begun };
}
type Piece = ReturnType<typeof piece>;

const begunOf = (pieces: Piece[]) => pieces.map((each) => each.hasBegun());
const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('turns', () => {
  test('are taken as they come, so many at once, and what is beyond is refused', async () => {
    const turns = new Turns({ atOnce: 2, waiting: 2 });
    const pieces = Array.from({ length: 4 }, piece);
    const taken = pieces.map(({ work }) => turns.take(work));
    expect(() => turns.requireRoom()).toThrow(Overloaded);
    await expect(turns.take(piece().work)).rejects.toBeInstanceOf(Overloaded);
    await settle();
    expect(begunOf(pieces)).toEqual([true, true, false, false]);
    pieces[1]?.end();
    await taken[1];
    expect(() => turns.requireRoom()).not.toThrow();
    await settle();
    expect(begunOf(pieces)).toEqual([true, true, true, false]);
    for (const each of pieces) each.end();
    expect(await Promise.all(taken)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('go on after work that failed', async () => {
    const turns = new Turns({ atOnce: 1, waiting: 1 });
    const [bad, good] = [piece(), piece()];
    const taken = [turns.take(bad.work), turns.take(good.work)];
    bad.fail();
    good.end();
    await expect(taken[0]).rejects.toThrow('failed');
    expect(await taken[1]).toBe('done');
    const again = piece();
    again.end();
    expect(await turns.take(again.work)).toBe('done');
  });

  test('are given on by who has gone: their work never begins, and another waits in their place', async () => {
    const turns = new Turns({ atOnce: 1, waiting: 1 });
    const [first, gone, next] = [piece(), piece(), piece()];
    const caller = new AbortController();
    const taken = turns.take(first.work);
    const left = turns.take(gone.work, caller.signal);
    caller.abort();
    await expect(left).rejects.toBeInstanceOf(Overloaded);
    const after = turns.take(next.work);
    first.end();
    next.end();
    expect([await taken, await after]).toEqual(['done', 'done']);
    expect(gone.hasBegun()).toBe(false);
    await expect(turns.take(gone.work, caller.signal)).rejects.toBeInstanceOf(Overloaded);
    expect(gone.hasBegun()).toBe(false);
  });

  test('once begun are taken to their end, whoever goes', async () => {
    const turns = new Turns({ atOnce: 1, waiting: 0 });
    const caller = new AbortController();
    const begun = piece();
    const taken = turns.take(begun.work, caller.signal);
    caller.abort();
    begun.end();
    expect(await taken).toBe('done');
  });
});
