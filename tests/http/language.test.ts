import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferredLanguage } from '../../functions/http/language.ts';

describe('the preferred language', () => {
  it.each([
    ['', 'en'],
    ['ko', 'ko'],
    ['KO', 'ko'],
    ['Ko-kr', 'ko'],
    ['ko-Kore-KR', 'ko'],
    ['ko_KR', 'ko'],
    ['en', 'en'],
    ['EN-us', 'en'],
    // What begins alike and is another language: Konkani, Komi, Kosraean, Koro; Ngen, Engenni.
    ['kok', 'en'],
    ['kok-IN, en;q=0.1', 'en'],
    ['kok, ko;q=0.1', 'ko'],
    ['koi', 'en'],
    ['kos', 'en'],
    ['kor', 'en'],
    ['k', 'en'],
    ['enn, ko;q=0.2', 'ko'],
    ['x-ko', 'en'],
    ['fr', 'en'],
    ['fr, ko', 'ko'],
    ['fr;q=0.9, ko;q=0.1', 'ko'],
    ['ko, en', 'ko'],
    ['en, ko', 'en'],
    ['ko;q=0.5, en;q=0.8', 'en'],
    ['en;q=0.5, ko;q=0.8', 'ko'],
    ['en;q=0.5,ko', 'ko'],
    ['ko;q=0.499, en;q=0.5', 'en'],
    ['ko ; q=0.8 , en ; q=0.7', 'ko'],
    ['ko;Q=0.8, en;q=0.7', 'ko'],
    ['ko;q=1.000, en;q=0.999', 'ko'],
    ['ko;q=0', 'en'],
    ['ko;q=0, *', 'en'],
    ['en;q=0, *', 'ko'],
    ['en;q=0, ko;q=0', 'en'],
    ['*', 'en'],
    ['*;q=0.5', 'en'],
    ['fr, *;q=0.5', 'en'],
    ['ko, *;q=0.5', 'ko'],
    ['ko;q=0.4, *;q=0.5', 'en'],
    ['en;q=0.4, *;q=0.5', 'ko'],
    ['en-GB;q=0.4, ko-KR;q=0.5, en-US;q=0.6', 'en'],
    ['ko;q=2, en;q=0.1', 'en'],
    ['ko;q=x', 'en'],
    ['ko;q=', 'en'],
    ['ko;q=-1, fr', 'en'],
    [',,;;ko-', 'en'],
    [',,ko-', 'ko'],
    [', ko ,', 'ko'],
  ])('of "%s" is %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });

  it('is one of two, whatever comes in, and never Korean where nothing begins with `ko` and all are not asked for', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z*;=,.q0-9 -]{0,60}$/u)), (header) => {
        const language = preferredLanguage(header);
        expect(['ko', 'en']).toContain(language);
        if (!/ko|\*/iu.test(header)) expect(language).toBe('en');
      }),
      { numRuns: 1000 },
    );
  });
});
