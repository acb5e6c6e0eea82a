import { accepts } from 'hono/accepts';
import type { Context } from 'hono';

export type Language = 'ko' | 'en';

/** What `Accept-Language` prefers of Korean and English; English where it says nothing. */
export function languageOf(c: Context): Language {
  const language = accepts(c, {
    header: 'Accept-Language',
    supports: ['ko', 'en'],
    default: 'en',
    match: (wanted, config) => {
      const ranked = wanted.toSorted((left, right) => right.q - left.q);
      const found = ranked.find(({ type }) => config.supports.includes(type.slice(0, 2).toLowerCase()));
      return found?.type.slice(0, 2).toLowerCase() ?? config.default;
    },
  });
  return language === 'ko' ? 'ko' : 'en';
}
