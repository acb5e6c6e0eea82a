import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNewId } from '../../functions/new-id.ts';

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;

describe('a new id', () => {
  it('is a UUID version 7 of its time (RFC 9562)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 48 - 1 }), (time) => {
        const id = createNewId(() => time)<string>();
        expect(id).toMatch(version7);
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(time);
      }),
    );
  });

  it('sorts after every one before it, even where the clock stands or steps back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 200 }), (times) => {
        let call = 0;
        const newId = createNewId(() => 1_700_000_000_000 + (times[call++] ?? 0));
        const ids = times.map(() => newId<string>());
        expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it('rises through more of them than a millisecond has room for', () => {
    const newId = createNewId(() => 1_700_000_000_000);
    const ids = Array.from({ length: 10_000 }, () => newId<string>());
    for (const [index, id] of ids.entries()) {
      expect(id).toMatch(version7);
      if (index > 0) expect(id > (ids[index - 1] ?? '')).toBe(true);
    }
  });
});
