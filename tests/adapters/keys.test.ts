import { describe, expect, it } from 'vitest';
import { keyLives, overlapMs } from '../../adapters/shared/keys.ts';
import type { KeyState, PrivateKey } from '../../adapters/shared/keys.ts';

const now = 1_800_000_000_000;
/** A key that signs so many minutes from now on; or one that does not say. */
const key = (minutes?: number): PrivateKey => (minutes === undefined ? {} : { nbf: now / 1000 + minutes * 60 });

describe('where keys stand', () => {
  it.each<[what: string, keys: PrivateKey[], states: KeyState[]]>([
    ['one', [key(-5)], ['signing']],
    ['one that does not say', [key()], ['signing']],
    [
      'several that do not say: the last signs, the others verify for ever',
      [key(), key(), key()],
      ['verifying', 'verifying', 'signing'],
    ],
    ['one for later', [key(-100), key(5)], ['signing', 'waiting']],
    ['one for later after one that does not say', [key(), key(5)], ['signing', 'waiting']],
    ['one that has just begun', [key(-100), key(0)], ['verifying', 'signing']],
    ['one whose follower began a token’s life ago', [key(-100), key(-overlapMs / 60_000)], ['ended', 'signing']],
    ['the same of one that does not say', [key(), key(-overlapMs / 60_000)], ['ended', 'signing']],
    ['all for later', [key(5), key(10)], ['signing', 'waiting']],
    ['in whatever order of their files', [key(5), key(-100), key(-1)], ['verifying', 'signing', 'waiting']],
  ])('%s', (_what, keys, states) => {
    expect(keyLives(keys, now).map(({ state }) => state)).toEqual(states);
  });
});
